#include "cli/sentence.h"

struct pair {
	const char *english;
	const char *chinese;
};

static const struct pair sentences[LL_SENTENCE_COUNT] = {
#define SENTENCE(symbol, english, chinese) [LL_SENTENCE_##symbol] = {english, chinese},
	LL_SENTENCES(SENTENCE)
#undef SENTENCE
};

static const char *pick(const struct pair *pair, enum ll_language language)
{
	return language == LL_CHINESE ? pair->chinese : pair->english;
}

const char *ll_sentence_text(enum ll_sentence sentence, enum ll_language language)
{
	return pick(&sentences[sentence], language);
}

int ll_sentence_append(struct ll_buf *out, enum ll_language language, enum ll_sentence sentence,
		       const char *const arguments[LL_SENTENCE_ARGUMENTS_MAX])
{
	const char *at = ll_sentence_text(sentence, language);
	int err = 0;

	while (!err && *at) {
		size_t plain = strcspn(at, "{");
		int gap;

		err = ll_buf_append(out, at, plain);
		at += plain;
		if (err || !*at)
			break;
		gap = at[1] - '0';
		if (gap >= 0 && gap < LL_SENTENCE_ARGUMENTS_MAX && arguments[gap])
			err = ll_buf_append_str(out, arguments[gap]);
		at += 3; /* "{0}": the table has nothing else, a test sees to it */
	}
	return err;
}

const char *ll_words_alert_kind(enum ll_alert_kind kind, enum ll_language language)
{
	static const struct pair words[] = {
		[LL_ALERT_FLOOD] = {"flood", "洪涝"},
		[LL_ALERT_TYPHOON] = {"typhoon", "台风"},
		[LL_ALERT_DROUGHT] = {"drought", "干旱"},
		[LL_ALERT_EARTHQUAKE] = {"earthquake", "地震"},
		[LL_ALERT_LANDSLIDE] = {"landslide", "地质灾害"},
		[LL_ALERT_EPIDEMIC] = {"epidemic", "疫情"},
		[LL_ALERT_COLD] = {"cold", "低温冰冻"},
	};

	return (unsigned int)kind <= LL_ALERT_COLD ? pick(&words[kind], language) : "?";
}

const char *ll_words_need(enum ll_need need, enum ll_language language)
{
	static const struct pair words[] = {
		[LL_NEED_FOOD] = {"food", "吃"},
		[LL_NEED_CLOTHING] = {"clothing", "穿"},
		[LL_NEED_EDUCATION] = {"schooling", "义务教育"},
		[LL_NEED_MEDICAL] = {"medical care", "基本医疗"},
		[LL_NEED_HOUSING] = {"housing", "住房"},
		[LL_NEED_WATER] = {"drinking water", "饮水"},
		[LL_NEED_INCOME] = {"income", "收入"},
	};

	return (unsigned int)need <= LL_NEED_INCOME ? pick(&words[need], language) : "?";
}

const char *ll_words_benefit(enum ll_benefit_type type, enum ll_language language)
{
	static const struct pair words[] = {
		[LL_BENEFIT_DIBAO] = {"minimum living allowance", "低保"},
		[LL_BENEFIT_TEMPORARY_RELIEF] = {"temporary relief", "临时救助"},
		[LL_BENEFIT_MEDICAL_AID] = {"medical aid", "医疗救助"},
		[LL_BENEFIT_DISABILITY] = {"disability allowance", "残疾人补贴"},
		[LL_BENEFIT_OTHER] = {"other benefit", "其他补贴"},
	};

	return (unsigned int)type <= LL_BENEFIT_OTHER ? pick(&words[type], language) : "?";
}

const char *ll_words_disability(enum ll_disability_type type, enum ll_language language)
{
	static const struct pair words[] = {
		[LL_DISABILITY_VISUAL] = {"sight", "视力"},
		[LL_DISABILITY_HEARING] = {"hearing", "听力"},
		[LL_DISABILITY_SPEECH] = {"speech", "言语"},
		[LL_DISABILITY_PHYSICAL] = {"body", "肢体"},
		[LL_DISABILITY_INTELLECTUAL] = {"intellect", "智力"},
		[LL_DISABILITY_MENTAL] = {"mind", "精神"},
		[LL_DISABILITY_MULTIPLE] = {"several kinds", "多重"},
	};

	return (unsigned int)type <= LL_DISABILITY_MULTIPLE ? pick(&words[type], language) : "?";
}

const char *ll_words_accident(enum ll_accident_type type, enum ll_language language)
{
	static const struct pair words[] = {
		[LL_ACCIDENT_OTHER] = {"of another kind", "其他"},
		[LL_ACCIDENT_TRAFFIC] = {"in traffic", "交通事故"},
		[LL_ACCIDENT_WORK] = {"at work", "工伤"},
		[LL_ACCIDENT_FIRE] = {"fire", "火灾"},
	};

	return (unsigned int)type <= LL_ACCIDENT_FIRE ? pick(&words[type], language) : "?";
}
