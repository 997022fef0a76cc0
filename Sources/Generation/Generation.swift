// Generation: see docs/house.md for what flows in and out of this floor.
