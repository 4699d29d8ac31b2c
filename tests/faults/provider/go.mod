module penstock/provider

go 1.19
