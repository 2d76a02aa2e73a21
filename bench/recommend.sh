# Fitting and scoring on data of the shape of MovieLens-1M, made up on the spot.
make -s build/bench/recommend && build/bench/recommend speed
