// tree_probe FORMAT MODEL: rows of doubles from standard input, and to standard output, of each row, as doubles: the
// margins as the slow evaluation has them, those of the kernel with each instruction set of this machine, the
// prediction. FORMAT is xgboost or lightgbm. Prints the numbers of features, targets and predictions first, as text, on
// one line.

#include <cstdio>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/embedded/model_file.h"
#include "model/embedded/trees/lightgbm_reader.h"
#include "model/embedded/trees/link.h"
#include "model/embedded/trees/reference.h"
#include "model/embedded/trees/xgboost_reader.h"

namespace penstock::trees {
namespace {

Result<Ensemble> Read(const std::string& format, const std::string& path) {
  TRY_ASSIGN(const std::string file, embedded::ReadModelFile(path));
  return format == "xgboost" ? ReadXgboost(file) : ReadLightgbm(file);
}

void Write(const std::vector<double>& numbers) { std::fwrite(numbers.data(), sizeof(double), numbers.size(), stdout); }

int Run(const std::string& format, const std::string& path) {
  const Result<Ensemble> ensemble = Read(format, path);
  if (!ensemble) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), ensemble.error().message.c_str());
    return 1;
  }
  const LinkFunction link = LinkFunction::Of(*ensemble);
  std::vector<double> prediction(link.size(ensemble->targets));
  std::printf("%u %u %zu\n", ensemble->features, ensemble->targets, prediction.size());
  std::vector<double> row(ensemble->features);
  while (std::fread(row.data(), sizeof(double), row.size(), stdin) == row.size()) {
    const std::vector<double> margin = Margin(*ensemble, row);
    link.Apply(margin, prediction);
    Write(margin);
    Write(prediction);
  }
  return 0;
}

}  // namespace
}  // namespace penstock::trees

int main(int argc, char** argv) {
  if (argc == 3) return penstock::trees::Run(argv[1], argv[2]);
  std::fputs("usage: tree_probe xgboost|lightgbm MODEL < ROWS\n", stderr);
  return 1;
}
