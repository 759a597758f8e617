/*
 * The case's transition table as people read it: docs/reference/case.md is what it says. Pure.
 */
#ifndef LL_CASE_CASE_DIAGRAM_H
#define LL_CASE_CASE_DIAGRAM_H

#include "base/bytes.h"
#include "runtime/words.h"

/* Each appends to *out; -LL_ERR_NO_MEMORY. */
int ll_case_diagram_mermaid(enum ll_language language, struct ll_buf *out);
/* For Graphviz's dot. */
int ll_case_diagram_dot(enum ll_language language, struct ll_buf *out);
/* The whole page, both languages: the picture, the states, what is possible in each, the steps. */
int ll_case_diagram_page(struct ll_buf *out);

#endif
