#pragma once
#include <stddef.h>
#include <stdint.h>
int ck_placeholder(void);
