# Suggestions on the Amazon-CDs split: all of it with parameters chosen on a cut of the training data, and its dense core beside plain rivals.
data=$1
[ -d "$data/baskets" ] || { echo "skipped: $data/baskets is not there"; exit 0; }
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
for part in train test; do xz -dc "$data/baskets/amazon-cds-$part.txt.xz" >"$folder/$part.txt" || exit 1; done
make -s build/bench/recommend || exit 1
build/bench/recommend core "$folder/train.txt" "$folder/test.txt" 18
[ -n "${QUICK:-}" ] || build/millet solve recommend evaluate --train "$folder/train.txt" --test "$folder/test.txt" 2>&1
echo "published on this split: SimpleX Recall@20 0.1763 NDCG@20 0.1145; UltraGCN 0.1622 / 0.1043"
