/* How field tables are written: for the files that define them alone. */
#ifndef LL_CODEC_FIELD_DEFINE_H
#define LL_CODEC_FIELD_DEFINE_H

#include "base/date.h"
#include "base/money.h"
#include "field.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define INSTANT_MIN (LL_DAY_MIN * LL_DAY_MS)
#define INSTANT_MAX ((LL_DAY_MAX + 1) * LL_DAY_MS - 1)

#define AT(type_, member_) .offset = offsetof(type_, member_)

#define BOOL(type_, member_)                                                \
	{                                                                   \
		.name = #member_, .type = LL_FIELD_BOOL, AT(type_, member_) \
	}
#define BOOL_OR_FALSE(type_, member_)                                                         \
	{                                                                                     \
		.name = #member_, .type = LL_FIELD_BOOL, AT(type_, member_), .optional = true \
	}
#define INT(type_, member_, min_, max_)                                                          \
	{                                                                                        \
		.name = #member_, .type = LL_FIELD_INT, AT(type_, member_), .min = (min_),       \
		.max = (max_), .err_low = -LL_ERR_OUT_OF_RANGE, .err_high = -LL_ERR_OUT_OF_RANGE \
	}
#define DAY_FIELD(type_, member_, none_)                                                       \
	{                                                                                      \
		.name = #member_, .type = LL_FIELD_DAY, AT(type_, member_), .min = LL_DAY_MIN, \
		.max = LL_DAY_MAX, .err_low = -LL_ERR_BAD_DATE, .err_high = -LL_ERR_BAD_DATE,  \
		.or_none = (none_)                                                             \
	}
#define DAY(type_, member_)	    DAY_FIELD(type_, member_, false)
#define DAY_OR_NONE(type_, member_) DAY_FIELD(type_, member_, true)
#define INSTANT(type_, member_)                                                      \
	{                                                                            \
		.name = #member_, .type = LL_FIELD_INSTANT, AT(type_, member_),      \
		.min = INSTANT_MIN, .max = INSTANT_MAX, .err_low = -LL_ERR_BAD_DATE, \
		.err_high = -LL_ERR_BAD_DATE                                         \
	}
#define LONG(type_, member_, kind_, min_, max_, low_)                                 \
	{                                                                             \
		.name = #member_, .type = (kind_), AT(type_, member_), .min = (min_), \
		.max = (max_), .err_low = (low_), .err_high = -LL_ERR_OUT_OF_RANGE    \
	}
/* Any 64 bits. */
#define ANY_LONG(type_, member_) \
	LONG(type_, member_, LL_FIELD_LONG, INT64_MIN, INT64_MAX, -LL_ERR_OUT_OF_RANGE)
#define OFFSET(type_, member_) \
	LONG(type_, member_, LL_FIELD_LONG, -1, INT64_MAX, -LL_ERR_OUT_OF_RANGE)
/* Money that cannot be negative, and money that can. */
#define FEN(type_, member_) LONG(type_, member_, LL_FIELD_LONG, 0, LL_FEN_MAX, -LL_ERR_NEGATIVE)
#define SIGNED_FEN(type_, member_) \
	LONG(type_, member_, LL_FIELD_LONG, -LL_FEN_MAX, LL_FEN_MAX, -LL_ERR_OUT_OF_RANGE)
#define MAYBE_FEN(type_, member_) \
	LONG(type_, member_, LL_FIELD_MAYBE, 0, LL_FEN_MAX, -LL_ERR_NEGATIVE)
#define MAYBE_SIGNED_FEN(type_, member_) \
	LONG(type_, member_, LL_FIELD_MAYBE, -LL_FEN_MAX, LL_FEN_MAX, -LL_ERR_OUT_OF_RANGE)
#define ENUM(type_, member_, enumeration_)                                   \
	{                                                                    \
		.name = #member_, .type = LL_FIELD_ENUM, AT(type_, member_), \
		.enumeration = &(enumeration_)                               \
	}
#define TEXT(type_, member_, kind_, min_, max_, low_, high_)                          \
	{                                                                             \
		.name = #member_, .type = (kind_), AT(type_, member_), .min = (min_), \
		.max = (max_), .err_low = (low_), .err_high = (high_)                 \
	}
#define STR(type_, member_, max_) \
	TEXT(type_, member_, LL_FIELD_STR, 0, max_, -LL_ERR_MISSING, -LL_ERR_TOO_LARGE)
#define STR_REQUIRED(type_, member_, max_) \
	TEXT(type_, member_, LL_FIELD_STR, 1, max_, -LL_ERR_MISSING, -LL_ERR_TOO_LARGE)
#define BYTES(type_, member_, min_, max_) \
	TEXT(type_, member_, LL_FIELD_BYTES, min_, max_, -LL_ERR_MISSING, -LL_ERR_TOO_LARGE)
#define AREA(type_, member_, min_, max_) \
	TEXT(type_, member_, LL_FIELD_AREA, min_, max_, -LL_ERR_BAD_AREA, -LL_ERR_BAD_AREA)
#define KEY(type_, member_)                                                \
	{                                                                  \
		.name = #member_, .type = LL_FIELD_KEY, AT(type_, member_) \
	}
#define RECORD(type_, member_, record_)                                        \
	{                                                                      \
		.name = #member_, .type = LL_FIELD_RECORD, AT(type_, member_), \
		.record = &(record_)                                           \
	}
#define ARRAY(type_, member_, count_, record_, max_, high_)                                  \
	{                                                                                    \
		.name = #member_, .type = LL_FIELD_ARRAY, AT(type_, member_),                \
		.count_offset = offsetof(type_, count_), .max = (max_), .err_high = (high_), \
		.record = &(record_)                                                         \
	}

#define ENUMERATION(variable_, name_)                                                  \
	static const struct ll_field_enum variable_ = {.name = (name_),                \
						       .symbols = variable_##_symbols, \
						       .count = COUNT(variable_##_symbols)}
#define DEFINE_RECORD(variable_, name_, type_, check_)                                             \
	static const struct ll_field_record variable_ = {.name = (name_),                          \
							 .fields = variable_##_fields,             \
							 .field_count = COUNT(variable_##_fields), \
							 .size = sizeof(type_),                    \
							 .check = (check_)}

/* The symbols of an X-macro list. */
#define SYMBOL(symbol, number, ...) [number] = #symbol,

#define YEAR_MIN 1990
#define YEAR_MAX 2199

/* Of field_payload.c: the union of all kinds of events, in a struct ll_payload. */
extern const struct ll_field_union ll_field_payload_union;

#endif
