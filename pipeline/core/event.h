/*
 * What comes in: life events as departments publish them, and household events, the inputs of
 * every decision. These are the C structs that decode plans fill; every slice borrows from the
 * message (or the arena it was decoded with) and lives as long as that.
 *
 * The Avro schemas in schemas/ are the same lists; the codec's field tables tie them together.
 * Numbers are persisted: append only.
 */
#ifndef LL_CORE_EVENT_H
#define LL_CORE_EVENT_H

#include "base/bytes.h"

/* Bounds of what a message can size. */
#define LL_EVENT_ID_MAX	   128	   /* bytes of an event_id */
#define LL_SOURCE_MAX	   64	   /* bytes of a department's name */
#define LL_NOTE_MAX	   1024	   /* bytes of a person's free text */
#define LL_NAME_MAX	   128	   /* bytes of any other short text */
#define LL_MEMBERS_MAX	   64	   /* members of one household */
#define LL_POLICY_TEXT_MAX 262144  /* bytes of a policy's YAML */
#define LL_MESSAGE_MAX	   1000000 /* bytes of any message */

/* A number that nobody may have reported. */
struct ll_maybe {
	bool known;
	int64_t value;
};

enum ll_action { LL_ACTION_REPORT = 0, LL_ACTION_RETRACT = 1 };

enum ll_subject_type { LL_SUBJECT_PERSON = 0, LL_SUBJECT_HOUSEHOLD = 1, LL_SUBJECT_AREA = 2 };

struct ll_subject {
	enum ll_subject_type type;
	struct ll_key key;  /* of the person or household */
	struct ll_str area; /* LL_SUBJECT_AREA: the code */
};

/* X(symbol, number, name, avro record, 中文) — the order is that of the payload union. */
#define LL_EVENT_KINDS(X)                                                            \
	X(HOSPITALISATION, 0, "hospitalisation", "Hospitalisation", "住院")          \
	X(CHRONIC_ILLNESS, 1, "chronic_illness", "ChronicIllness", "慢性病或大病")   \
	X(JOB_LOSS, 2, "job_loss", "JobLoss", "失业")                                \
	X(EMPLOYED, 3, "employed", "Employed", "就业")                               \
	X(INCOME_REPORT, 4, "income_report", "IncomeReport", "收入申报")             \
	X(SCHOOL_DROPOUT, 5, "school_dropout", "SchoolDropout", "失学辍学")          \
	X(HOUSING_DAMAGE, 6, "housing_damage", "HousingDamage", "住房受损")          \
	X(FLOOD_DAMAGE, 7, "flood_damage", "FloodDamage", "洪涝受灾")                \
	X(BENEFIT, 8, "benefit", "Benefit", "救助和补贴")                            \
	X(DECLARATION, 9, "declaration", "Declaration", "自主申报")                  \
	X(OUTPATIENT_COST, 10, "outpatient_cost", "OutpatientCost", "门诊费用")      \
	X(DISABILITY, 11, "disability", "Disability", "残疾")                        \
	X(DEATH, 12, "death", "Death", "死亡")                                       \
	X(WAGE_REPORT, 13, "wage_report", "WageReport", "工资变动")                  \
	X(BUSINESS_FAILURE, 14, "business_failure", "BusinessFailure", "经营失败")   \
	X(UNSOLD_PRODUCE, 15, "unsold_produce", "UnsoldProduce", "农产品滞销")       \
	X(LOAN_OVERDUE, 16, "loan_overdue", "LoanOverdue", "贷款逾期")               \
	X(TUITION_COST, 17, "tuition_cost", "TuitionCost", "教育支出")               \
	X(WATER_SUPPLY_LOSS, 18, "water_supply_loss", "WaterSupplyLoss", "饮水困难") \
	X(CROP_LOSS, 19, "crop_loss", "CropLoss", "农作物受灾")                      \
	X(LIVESTOCK_LOSS, 20, "livestock_loss", "LivestockLoss", "畜禽受灾")         \
	X(ACCIDENT, 21, "accident", "Accident", "意外事故")                          \
	X(EPIDEMIC_IMPACT, 22, "epidemic_impact", "EpidemicImpact", "疫情影响")      \
	X(ASSET_RECORD, 23, "asset_record", "AssetRecord", "资产登记")               \
	X(AUTHORISATION, 24, "authorisation", "Authorisation", "授权查询")

enum ll_event_kind {
#define LL_EVENT_KIND_ENUM(symbol, number, name, record, zh) LL_EVENT_##symbol = number,
	LL_EVENT_KINDS(LL_EVENT_KIND_ENUM)
#undef LL_EVENT_KIND_ENUM
		LL_EVENT_KIND_COUNT
};

/* Medical insurance: one settled stay in hospital. */
struct ll_hospitalisation {
	int64_t total_fen;	       /* what the stay cost, 0 to LL_FEN_MAX */
	int64_t reimbursed_fen;	       /* what insurance and aid paid, 0 to total */
	struct ll_maybe own_share_fen; /* what the family paid; unknown: total - reimbursed */
};
/* A diagnosed long or severe illness. */
struct ll_chronic_illness {
	bool severe;			 /* on the list of major diseases (大病) */
	struct ll_maybe yearly_cost_fen; /* expected own cost a year */
};
enum ll_job_loss_reason {
	LL_JOB_LOSS_UNKNOWN = 0,
	LL_JOB_LOSS_DISMISSED = 1,
	LL_JOB_LOSS_CONTRACT_ENDED = 2,
	LL_JOB_LOSS_EMPLOYER_CLOSED = 3,
	LL_JOB_LOSS_ILLNESS = 4
};
struct ll_job_loss {
	struct ll_maybe monthly_wage_fen; /* the wage that is gone */
	enum ll_job_loss_reason reason;
};
struct ll_employed {
	struct ll_maybe monthly_wage_fen;
};
/* The whole household's net income of one calendar year. */
struct ll_income_report {
	int32_t year;	    /* 1990 to 2199 */
	int64_t amount_fen; /* may be negative: a farm's loss */
};
enum ll_school_stage { LL_SCHOOL_COMPULSORY = 0, LL_SCHOOL_NON_COMPULSORY = 1 };
struct ll_school_dropout {
	enum ll_school_stage stage;
	bool returned; /* at school again; told with a higher revision, or as a later fact */
};
/* Grades of dangerous housing, JGJ 125: A is safe, C partly dangerous, D wholly. */
enum ll_housing_grade { LL_HOUSING_A = 0, LL_HOUSING_B = 1, LL_HOUSING_C = 2, LL_HOUSING_D = 3 };
struct ll_housing_damage {
	enum ll_housing_grade grade;
	struct ll_maybe repair_cost_fen; /* own share */
};
struct ll_flood_damage {
	bool house_flooded;
	struct ll_maybe loss_fen; /* own loss, net of insurance */
};
enum ll_benefit_type {
	LL_BENEFIT_DIBAO = 0,		 /* 低保 */
	LL_BENEFIT_TEMPORARY_RELIEF = 1, /* 临时救助 */
	LL_BENEFIT_MEDICAL_AID = 2,	 /* 医疗救助 */
	LL_BENEFIT_DISABILITY = 3,	 /* 残疾人补贴 */
	LL_BENEFIT_OTHER = 4
};
struct ll_benefit {
	enum ll_benefit_type type;
	int64_t amount_fen; /* each month where months > 0, else once */
	int32_t months;	    /* 0 to 600 */
};
enum ll_need {
	LL_NEED_FOOD = 0,
	LL_NEED_CLOTHING = 1,
	LL_NEED_EDUCATION = 2,
	LL_NEED_MEDICAL = 3,
	LL_NEED_HOUSING = 4,
	LL_NEED_WATER = 5,
	LL_NEED_INCOME = 6
};
struct ll_declaration {
	enum ll_need need;
	struct ll_maybe amount_fen;
};

/* Medical insurance: treatment outside hospital, one settlement. */
struct ll_outpatient_cost {
	int64_t total_fen;	       /* 0 to LL_FEN_MAX */
	int64_t reimbursed_fen;	       /* 0 to total */
	struct ll_maybe own_share_fen; /* unknown: total - reimbursed */
};
/* Types of GB/T 26341. */
enum ll_disability_type {
	LL_DISABILITY_VISUAL = 0,
	LL_DISABILITY_HEARING = 1,
	LL_DISABILITY_SPEECH = 2,
	LL_DISABILITY_PHYSICAL = 3,
	LL_DISABILITY_INTELLECTUAL = 4,
	LL_DISABILITY_MENTAL = 5,
	LL_DISABILITY_MULTIPLE = 6
};
/* A certificate of the disabled persons' federation. */
struct ll_disability {
	int32_t grade; /* 1 (the most severe) to 4; 1 and 2 are severe (重度) */
	enum ll_disability_type type;
};
struct ll_death {
	struct ll_maybe own_cost_fen; /* last care and funeral, own share */
};
/* From the month of occurred_on on the person's monthly wage is this. */
struct ll_wage_report {
	int64_t monthly_wage_fen;
};
struct ll_business_failure {
	struct ll_maybe yearly_income_fen; /* the net income a year that is gone */
};
struct ll_unsold_produce {
	struct ll_maybe value_fen; /* income of this year that does not come */
};
struct ll_loan_overdue {
	int64_t overdue_fen;
	bool settled; /* paid or rescheduled */
};
struct ll_tuition_cost {
	enum ll_school_stage stage;
	int64_t own_cost_fen; /* net of aid and loans */
};
struct ll_water_supply_loss {
	bool restored;
};
/* Crops and animals lost, net of insurance: income of this year that does not come. */
struct ll_crop_loss {
	struct ll_maybe loss_fen;
};
struct ll_livestock_loss {
	struct ll_maybe loss_fen;
};
enum ll_accident_type {
	LL_ACCIDENT_OTHER = 0,
	LL_ACCIDENT_TRAFFIC = 1,
	LL_ACCIDENT_WORK = 2,
	LL_ACCIDENT_FIRE = 3
};
struct ll_accident {
	enum ll_accident_type type;
	struct ll_maybe own_cost_fen; /* net of insurance and compensation */
};
struct ll_epidemic_impact {
	struct ll_maybe income_loss_fen; /* income of this year that does not come */
};
/* What counts as an exclusion mark (负面清单): the bits of LL_MARK_* in their order. */
enum ll_asset_type {
	LL_ASSET_COMMERCIAL_FLAT = 0,
	LL_ASSET_CAR = 1,
	LL_ASSET_COMPANY = 2,
	LL_ASSET_PUBLIC_EMPLOYEE = 3
};
struct ll_asset_record {
	enum ll_asset_type type;
	bool gone; /* sold, closed, left */
};
/* The household's consent to the cross-department check. */
struct ll_authorisation {
	int32_t months; /* valid for, 1 to 600; 0: withdrawn */
};

struct ll_payload {
	enum ll_event_kind kind;
	union {
		struct ll_hospitalisation hospitalisation;
		struct ll_chronic_illness chronic_illness;
		struct ll_job_loss job_loss;
		struct ll_employed employed;
		struct ll_income_report income_report;
		struct ll_school_dropout school_dropout;
		struct ll_housing_damage housing_damage;
		struct ll_flood_damage flood_damage;
		struct ll_benefit benefit;
		struct ll_declaration declaration;
		struct ll_outpatient_cost outpatient_cost;
		struct ll_disability disability;
		struct ll_death death;
		struct ll_wage_report wage_report;
		struct ll_business_failure business_failure;
		struct ll_unsold_produce unsold_produce;
		struct ll_loan_overdue loan_overdue;
		struct ll_tuition_cost tuition_cost;
		struct ll_water_supply_loss water_supply_loss;
		struct ll_crop_loss crop_loss;
		struct ll_livestock_loss livestock_loss;
		struct ll_accident accident;
		struct ll_epidemic_impact epidemic_impact;
		struct ll_asset_record asset_record;
		struct ll_authorisation authorisation;
	};
};

struct ll_life_event {
	struct ll_str event_id; /* the department's own id of the fact */
	int32_t revision;	/* from 0; the highest wins */
	struct ll_str source;	/* the department */
	int32_t occurred_on;	/* day */
	int64_t reported_at_ms;
	struct ll_subject subject;
	enum ll_action action;
	struct ll_payload payload;
};

/* What registry.people says of a person; the record's key is the person key, a tombstone ends it. */
struct ll_person_registered {
	struct ll_key household_key;
	struct ll_str area; /* 12-digit village where the household lives */
};

enum ll_category { LL_CATEGORY_ORDINARY = 0, LL_CATEGORY_EX_POOR = 1 };

struct ll_member {
	struct ll_key person_key;
	int32_t born_on;
	bool resident; /* lives at home */
	bool labour;   /* able to work */
	bool in_school;
};

/* Exclusion marks (负面清单), a set of bits. */
#define LL_MARK_COMMERCIAL_FLAT 1u
#define LL_MARK_CAR		2u
#define LL_MARK_COMPANY		4u
#define LL_MARK_PUBLIC_EMPLOYEE 8u

struct ll_household_registered {
	struct ll_str area; /* 12-digit village */
	enum ll_category category;
	bool dibao; /* receives 低保 */
	int32_t exclusion_marks;
	struct ll_maybe recorded_income_fen; /* the household's, of recorded_income_year */
	int32_t recorded_income_year;
	bool dissolved; /* the household is no more */
	const struct ll_member *members;
	size_t member_count;
};

enum ll_alert_kind {
	LL_ALERT_FLOOD = 0,
	LL_ALERT_TYPHOON = 1,
	LL_ALERT_DROUGHT = 2,
	LL_ALERT_EARTHQUAKE = 3,
	LL_ALERT_LANDSLIDE = 4,
	LL_ALERT_EPIDEMIC = 5,
	LL_ALERT_COLD = 6
};

struct ll_area_alert {
	struct ll_str alert_id;
	int32_t revision;
	struct ll_str area; /* any prefix */
	enum ll_alert_kind kind;
	int32_t severity; /* 1 (blue) to 4 (red) */
	int32_t occurred_on;
	int32_t expires_on;
	bool cancelled;
};

struct ll_tick {
	int32_t day;
};

struct ll_policy_activated {
	struct ll_str name;
	struct ll_str version;
	int32_t effective_on;
	struct ll_str text; /* the whole YAML */
};

/* X(symbol, number, name, 中文) */
#define LL_TASK_STATES(X)                      \
	X(OPEN, 0, "open", "待办")             \
	X(ACCEPTED, 1, "accepted", "已接收")   \
	X(DONE, 2, "done", "已完成")           \
	X(FAILED, 3, "failed", "未办成")       \
	X(REFUSED, 4, "refused", "拒绝帮扶")   \
	X(NOT_FOUND, 5, "not_found", "未找到") \
	X(WITHDRAWN, 6, "withdrawn", "已撤回")
enum ll_task_state {
#define LL_TASK_STATE_ENUM(symbol, number, name, zh) LL_TASK_##symbol = number,
	LL_TASK_STATES(LL_TASK_STATE_ENUM)
#undef LL_TASK_STATE_ENUM
		LL_TASK_STATE_COUNT
};

struct ll_task_updated {
	struct ll_str update_id; /* stable: the same update twice is one */
	struct ll_key task_id;
	enum ll_task_state state; /* ACCEPTED to NOT_FOUND */
	struct ll_str by;	  /* the team or officer's account name */
	struct ll_str note;
	int64_t at_ms;
};

/* X(symbol, number, name, 中文): what a person decides about a household's case */
#define LL_CASE_DECISIONS(X)                                             \
	X(VISIT_CONFIRMED, 0, "visit_confirmed", "入户核实属实")         \
	X(VISIT_REJECTED, 1, "visit_rejected", "入户核实不属实")         \
	X(COUNTY_CONFIRMED, 2, "county_confirmed", "县级审定纳入")       \
	X(COUNTY_REJECTED, 3, "county_rejected", "县级审定不纳入")       \
	X(RISK_ELIMINATED, 4, "risk_eliminated", "风险消除")             \
	X(RELEASED, 5, "released", "终止监测")                           \
	X(HOLD, 6, "hold", "人工暂缓研判")                               \
	X(UNHOLD, 7, "unhold", "解除暂缓")                               \
	X(VILLAGE_CONFIRMED, 8, "village_confirmed", "村级评议公示通过") \
	X(VILLAGE_REJECTED, 9, "village_rejected", "村级评议公示未通过") \
	X(TOWNSHIP_CONFIRMED, 10, "township_confirmed", "乡镇审核通过")  \
	X(TOWNSHIP_REJECTED, 11, "township_rejected", "乡镇审核未通过")  \
	X(MARKS_WAIVED, 12, "marks_waived", "负面清单不影响纳入")        \
	X(MARKS_EXCLUDE, 13, "marks_exclude", "因负面清单不纳入")        \
	X(GREEN_CHANNEL, 14, "green_channel", "绿色通道先行帮扶")
enum ll_case_decision_type {
#define LL_CASE_DECISION_ENUM(symbol, number, name, zh) LL_DECIDED_##symbol = number,
	LL_CASE_DECISIONS(LL_CASE_DECISION_ENUM)
#undef LL_CASE_DECISION_ENUM
		LL_CASE_DECISION_COUNT
};

struct ll_case_decision {
	struct ll_str decision_id;
	enum ll_case_decision_type type;
	struct ll_str by;
	struct ll_str reason;
	int64_t at_ms;
	/* What a visit saw: bits 1 << enum ll_dimension, FOOD to WATER; no dimension in both. */
	int32_t secure;
	int32_t at_risk;
};

/* X(symbol, number, avro record): the order is that of the body union. */
#define LL_BODIES(X)                                      \
	X(LIFE_EVENT, 0, "LifeEvent")                     \
	X(HOUSEHOLD_REGISTERED, 1, "HouseholdRegistered") \
	X(AREA_ALERT, 2, "AreaAlert")                     \
	X(TICK, 3, "Tick")                                \
	X(POLICY_ACTIVATED, 4, "PolicyActivated")         \
	X(TASK_UPDATED, 5, "TaskUpdated")                 \
	X(CASE_DECISION, 6, "CaseDecision")
enum ll_body {
#define LL_BODY_ENUM(symbol, number, record) LL_BODY_##symbol = number,
	LL_BODIES(LL_BODY_ENUM)
#undef LL_BODY_ENUM
		LL_BODY_COUNT
};

/* Where an input came from, and when it was published there (Kafka's timestamp, now data). */
struct ll_origin {
	struct ll_str topic;
	int32_t partition;
	int64_t offset;
	int64_t published_at_ms;
};

/*
 * One record of the log. AREA_ALERT, TICK and POLICY_ACTIVATED are broadcast: household_key and
 * person_key are zero. For LIFE_EVENT the area is where the household lives, from the registry.
 */
struct ll_household_event {
	struct ll_key household_key;
	struct ll_key person_key; /* zero: the household as a whole */
	struct ll_str area;
	struct ll_origin origin;
	enum ll_body body;
	union {
		struct ll_life_event life_event;
		struct ll_household_registered household_registered;
		struct ll_area_alert area_alert;
		struct ll_tick tick;
		struct ll_policy_activated policy_activated;
		struct ll_task_updated task_updated;
		struct ll_case_decision case_decision;
	};
};

/* Names from the tables above; an unknown number gives "?". */
const char *ll_event_kind_name(enum ll_event_kind kind);
const char *ll_event_kind_name_zh(enum ll_event_kind kind);
const char *ll_task_state_name(enum ll_task_state state);
const char *ll_task_state_name_zh(enum ll_task_state state);
const char *ll_case_decision_name(enum ll_case_decision_type type);
/* The number of a name, or -1. */
int ll_event_kind_by_name(struct ll_str name);
int ll_task_state_by_name(struct ll_str name);
/* May a team report move a task from one state to the other? */
bool ll_task_may_move(enum ll_task_state from, enum ll_task_state to);

#endif
