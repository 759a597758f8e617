/* Tells AddressSanitizer what an allocator of ours has handed out; nothing in other builds. */
#ifndef LL_BASE_POISON_H
#define LL_BASE_POISON_H

#if defined(__SANITIZE_ADDRESS__)
#define LL_HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LL_HAS_ASAN 1
#endif
#endif

#ifdef LL_HAS_ASAN
#include <sanitizer/asan_interface.h>
#define LL_POISON(at, size)   __asan_poison_memory_region((at), (size))
#define LL_UNPOISON(at, size) __asan_unpoison_memory_region((at), (size))
#else
#define LL_POISON(at, size)   ((void)(at), (void)(size))
#define LL_UNPOISON(at, size) ((void)(at), (void)(size))
#endif

#endif
