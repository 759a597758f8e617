#include "names.h"

#include <assert.h>
#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct surname {
	const char *text;
	uint32_t weight; /* how common, roughly, in Jiangxi */
};

static const struct surname surnames[] = {
	{"刘", 90}, {"李", 80}, {"陈", 72}, {"黄", 68}, {"张", 62}, {"王", 56},	 {"吴", 44},
	{"胡", 42}, {"周", 40}, {"徐", 38}, {"谢", 36}, {"杨", 35}, {"钟", 30},	 {"罗", 30},
	{"熊", 28}, {"曾", 28}, {"万", 24}, {"邓", 22}, {"朱", 22}, {"郭", 22},	 {"何", 20},
	{"彭", 20}, {"赵", 18}, {"廖", 18}, {"肖", 18}, {"严", 16}, {"袁", 16},	 {"习", 14},
	{"傅", 14}, {"邹", 14}, {"温", 12}, {"叶", 12}, {"余", 12}, {"赖", 12},	 {"章", 10},
	{"林", 10}, {"龚", 10}, {"潘", 8},  {"敖", 8},	{"简", 8},  {"欧阳", 6}, {"上官", 1},
};

static const char *const male_parts[] = {
	"伟", "强", "军", "勇", "涛", "明", "辉", "平", "刚", "国", "建", "华", "林", "生", "根",
	"斌", "波", "鹏", "亮", "超", "峰", "龙", "飞", "宇", "浩", "文", "志", "海", "春", "福",
	"金", "保", "小", "子", "俊", "杰", "家", "豪", "轩", "毛", "水", "云", "贵", "元", "宏",
};

static const char *const female_parts[] = {
	"芳", "娟", "敏", "静", "丽", "艳", "秀", "英", "霞", "梅", "兰", "红", "玉", "桂", "香",
	"莲", "凤", "萍", "燕", "玲", "婷", "雪", "慧", "琴", "云", "珍", "花", "细", "小", "思",
	"欣", "怡", "雨", "佳", "瑶", "梓", "涵", "诗", "菊", "春", "金", "水", "美", "清", "珠",
};

#define ONE_CHARACTER_GIVEN 180000 /* of a million */
#define FEMALE_BIT	    0x8000

uint16_t ll_surname_pick(struct ll_random *random)
{
	uint32_t weights[COUNT(surnames)];

	for (size_t i = 0; i < COUNT(surnames); i++)
		weights[i] = surnames[i].weight;
	return (uint16_t)ll_random_pick(random, weights, COUNT(surnames));
}

static uint16_t part_pick(struct ll_random *random, bool female)
{
	size_t count = female ? COUNT(female_parts) : COUNT(male_parts);

	return (uint16_t)(ll_random_below(random, count) | (female ? FEMALE_BIT : 0));
}

struct ll_person_name ll_person_name_make(struct ll_random *random, uint16_t surname, bool female)
{
	struct ll_person_name name = {
		.surname = surname,
		.first = part_pick(random, female),
		.second = part_pick(random, female),
	};

	if (name.first == name.second || ll_random_chance(random, ONE_CHARACTER_GIVEN))
		name.second = LL_NAME_PART_NONE;
	return name;
}

static const char *part_text(uint16_t part)
{
	if (part == LL_NAME_PART_NONE)
		return "";
	return part & FEMALE_BIT ? female_parts[part & ~FEMALE_BIT] : male_parts[part];
}

void ll_person_name_text(const struct ll_person_name *name, char ret_text[LL_PERSON_NAME_MAX])
{
	int size = snprintf(ret_text, LL_PERSON_NAME_MAX, "%s%s%s", surnames[name->surname].text,
			    part_text(name->first), part_text(name->second));

	assert(size > 0 && size < LL_PERSON_NAME_MAX);
}
