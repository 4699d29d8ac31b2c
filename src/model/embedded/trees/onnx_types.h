// Element types of tensors, by the numbers of TensorProto.DataType.
#pragma once

namespace penstock::trees::onnx_type {

inline constexpr int kFloat = 1;
inline constexpr int kUint8 = 2;
inline constexpr int kInt8 = 3;
inline constexpr int kUint16 = 4;
inline constexpr int kInt16 = 5;
inline constexpr int kInt32 = 6;
inline constexpr int kInt64 = 7;
inline constexpr int kBool = 9;
inline constexpr int kDouble = 11;
inline constexpr int kUint32 = 12;
inline constexpr int kUint64 = 13;

}  // namespace penstock::trees::onnx_type
