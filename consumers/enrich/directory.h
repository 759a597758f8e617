/*
 * A directory: partition i of registry.people and of `held`, loaded from the beginning and followed.
 * It serves input partition i of every department's topic. All directories of an instance share
 * one reader, which belongs to no group.
 */
#ifndef LL_ENRICH_DIRECTORY_H
#define LL_ENRICH_DIRECTORY_H

#include "bus/bus.h"
#include "held.h"
#include "people.h"

struct ll_directory {
	int32_t partition;
	size_t users;	      /* inputs that it serves */
	int64_t unused_since; /* ms, when the last user left */
	struct ll_position people_at;
	struct ll_position held_at;
	int64_t people_until; /* loaded: both topics were read up to here */
	int64_t held_until;
	bool scan; /* all held events are to be looked at again */
	struct ll_people people;
	struct ll_held held;
};

struct ll_directories;

/*
 * Told when somebody held may be released: a person became known (and has held events), or an event
 * was held whose person is known. Only for loaded directories.
 */
typedef int ll_directory_release(void *context, struct ll_directory *directory,
				 struct ll_held_entry *entry);

int ll_directories_new(struct ll_bus *bus, const struct ll_codec *codec, const char *instance,
		       struct ll_directories **ret_directories, struct ll_error *error);
void ll_directories_free(struct ll_directories *directories);
/*
 * The directory of a partition, made if there is none, with one more user. It is loaded when it has
 * read what both topics have by now: memory that served an earlier take-over may be old, and who
 * owned the input since may have released what it holds. Open transactions are waited for. Asks the
 * broker; RETRY errors.
 */
int ll_directories_use(struct ll_directories *directories, int32_t partition,
		       struct ll_directory **ret_directory, struct ll_error *error);
/* One user less. The memory stays a while: it follows the topics and serves the next take-over. */
void ll_directories_leave(struct ll_directory *directory, int64_t now_ms);
/* Forgets the directories that nobody has used for longer than unused_ms. */
void ll_directories_forget(struct ll_directories *directories, int64_t now_ms, int64_t unused_ms);
bool ll_directory_is_loaded(const struct ll_directory *directory);
/*
 * Reads what is there, without waiting; tells `release`, whose error is passed on and costs no record:
 * those behind are read again.
 */
int ll_directories_follow(struct ll_directories *directories, ll_directory_release *release,
			  void *context, struct ll_error *error);
/* Visits every directory. */
struct ll_directory *ll_directories_next(struct ll_directories *directories,
					 const struct ll_directory *previous);
size_t ll_directories_people(const struct ll_directories *directories);

#endif
