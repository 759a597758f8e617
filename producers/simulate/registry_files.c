#include <stdio.h>

#include "base/money.h"
#include "directory.h"
#include "scenario.h"

static const char household_header[] =
	"household_code,area,category,dibao,exclusion_marks,recorded_income,income_year,address,"
	"dissolved\n";
static const char person_header[] =
	"household_code,citizen_number,name,phone,resident,labour,in_school\n";

static const struct {
	uint32_t mark;
	const char *name;
} mark_names[] = {
	{LL_MARK_COMMERCIAL_FLAT, "commercial_flat"},
	{LL_MARK_CAR, "car"},
	{LL_MARK_COMPANY, "company"},
	{LL_MARK_PUBLIC_EMPLOYEE, "public_employee"},
};
#define MARKS_TEXT_MAX 64

#define GROUP_HOUSES 30 /* houses of one group (村民小组) of a village */

static const char *yes_or_no(bool value)
{
	return value ? "yes" : "no";
}

static void marks_text(uint32_t marks, char ret_text[MARKS_TEXT_MAX])
{
	size_t at = 0;

	ret_text[0] = '\0';
	for (size_t i = 0; i < sizeof(mark_names) / sizeof(mark_names[0]); i++)
		if (marks & mark_names[i].mark)
			at += (size_t)snprintf(ret_text + at, MARKS_TEXT_MAX - at, "%s%s",
					       at ? ";" : "", mark_names[i].name);
}

static int household_row(const struct ll_scenario *scenario,
			 const struct ll_sim_household *household, struct ll_buf *out)
{
	const struct ll_village *village = &scenario->villages.list[household->village];
	char code[LL_SIM_HOUSEHOLD_CODE_MAX], marks[MARKS_TEXT_MAX];
	char income[LL_FEN_TEXT_MAX] = "", year[16] = "";

	ll_sim_household_code(household, code);
	marks_text(household->marks, marks);
	if (household->income_known) {
		ll_fen_format(household->income_fen, income);
		snprintf(year, sizeof(year), "%d", scenario->population.income_year);
	}
	return ll_buf_append_format(
		out, "%s,%012llu,%s,%s,%s,%s,%s,%s%d组%d号,no\n", code,
		(unsigned long long)household->village_code,
		household->category == LL_CATEGORY_EX_POOR ? "ex_poor" : "ordinary",
		yes_or_no(household->dibao), marks, income, year, village->name,
		household->house_number / GROUP_HOUSES + 1, household->house_number);
}

static int person_row(const struct ll_sim_household *household, const struct ll_sim_person *person,
		      struct ll_buf *out)
{
	char code[LL_SIM_HOUSEHOLD_CODE_MAX], name[LL_PERSON_NAME_MAX], phone[24] = "";

	ll_sim_household_code(household, code);
	ll_person_name_text(&person->name, name);
	if (person->phone)
		snprintf(phone, sizeof(phone), "%lld", (long long)person->phone);
	return ll_buf_append_format(out, "%s,%.*s,%s,%s,%s,%s,%s\n", code, LL_CITIZEN_SIZE,
				    person->citizen_number, name, phone,
				    yes_or_no(person->resident), yes_or_no(person->labour),
				    yes_or_no(person->in_school));
}

static int append_all(const struct ll_scenario *scenario, enum ll_sim_registered registered,
		      struct ll_buf *households, struct ll_buf *people)
{
	const struct ll_population *population = &scenario->population;
	int err = ll_buf_append_str(households, household_header);

	if (!err)
		err = ll_buf_append_str(people, person_header);
	for (uint32_t i = 0; i < population->household_count && !err; i++) {
		const struct ll_sim_household *household = &population->households[i];

		if (household->registered != registered)
			continue;
		err = household_row(scenario, household, households);
		for (uint32_t p = 0; p < household->person_count && !err; p++)
			err = person_row(household,
					 &population->people[household->first_person + p], people);
	}
	return err;
}

int ll_registry_files_write(const struct ll_scenario *scenario, enum ll_sim_registered registered,
			    const char *directory, struct ll_error *error)
{
	struct ll_buf households, people;
	int err;

	ll_buf_init(&households);
	ll_buf_init(&people);
	err = append_all(scenario, registered, &households, &people);
	if (!err)
		err = ll_directory_write_in(directory, "households.csv", &households, error);
	if (!err)
		err = ll_directory_write_in(directory, "people.csv", &people, error);
	ll_buf_release(&households);
	ll_buf_release(&people);
	return err;
}
