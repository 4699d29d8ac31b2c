module penstock/standin

go 1.19
