#!/usr/bin/env bash
# The household stories of docs/stories: played again with lifeline's own commands, each page must come
# out as it is there. With --write the pages are written instead.
. "$(dirname "$0")/deployment.sh"

PAGES=$ROOT/docs/stories
SCENARIOS=$ROOT/schemas/policy/scenarios/stories.yaml
POLICY=$ROOT/schemas/policy/national.yaml
WRITE=
[ "${1:-}" != --write ] || WRITE=yes

python3 -c 'import yaml' 2>/dev/null || skip "python3-yaml is missing: ./dev setup"
agrees() {
	local said
	said=$("$PROGRAM" policy test --policy "$POLICY" "$SCENARIOS") || {
		printf '%s\n' "$said" >&2
		return 1
	}
}
check "the core alone agrees with what the stories expect" agrees

deploy
# Keys, and with them task ids, come from this secret: the same every time.
printf 'the stories are made up, and so is this secret\n' >"$DIR/secret"
export LIFELINE_COMMIT_INTERVAL_MS=10 LIFELINE_CHECKPOINT_INTERVAL_MS=50
consume_all
mkdir "$DIR/rows" "$DIR/pages"
"$HERE/play_stories.py" --lifeline "$PROGRAM" --stories "$SCENARIOS" --policy "$POLICY" \
	--mappings "$LIFELINE_MAPPINGS" --work "$DIR/rows" --pages "$DIR/pages" ||
	fail "the stories could not be played"
wait_until_done
check "the books balance" "$HERE/count.py"

if [ -n "$WRITE" ]; then
	rm -f "$PAGES"/[0-9]*.md
	cp "$DIR"/pages/*.md "$PAGES/"
	exit 0
fi
for page in "$DIR"/pages/*.md; do
	check "${page##*/} is as in docs/stories" diff -u "$PAGES/${page##*/}" "$page"
done
check "there are no other pages" equal "$(cd "$PAGES" && ls [0-9]*.md)" "$(cd "$DIR/pages" && ls)"
