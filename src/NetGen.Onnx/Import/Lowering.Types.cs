using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

// What the model takes values for. The network computes in float32, which holds integers up to 2²⁴.
internal sealed partial class Lowering
{
    /// <summary>The operators that give integers as they got them, or choose among them.</summary>
    private static readonly HashSet<string> MovesValues =
    [
        "Identity", "Dropout", "Cast", "CastLike", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Expand", "Tile", "Concat", "Split", "Slice",
        "Gather", "Pad", "DepthToSpace", "SpaceToDepth", "MaxPool", "Max", "Min", "ReduceMax", "ReduceMin", "Clip", "Relu", "Where", "Equal", "Greater", "Less",
        "GreaterOrEqual", "LessOrEqual", "And", "Or", "Xor", "Not",
    ];

    /// <summary>The operators that are the same in integers and in reals, as long as nothing overflows.</summary>
    private static readonly HashSet<string> Counts = ["Add", "Sub", "Mul", "Neg", "Abs", "Sign", "Sum", "ReduceSum", "ReduceSumSquare", "ReduceL1"];

    /// <summary>What a node's results are taken for.</summary>
    private static OnnxElementType TypeOf(OnnxNode node, Value?[] inputs) => node.Operator switch
    {
        "Cast" => (OnnxElementType)node.Int("to", 1),
        "CastLike" => inputs is [_, { } like] ? like.Type : OnnxElementType.Undefined,
        "Equal" or "Greater" or "Less" or "GreaterOrEqual" or "LessOrEqual" or "And" or "Or" or "Xor" or "Not" or "IsNaN" or "IsInf" => OnnxElementType.Boolean,
        "Shape" or "Size" => OnnxElementType.Int64,
        "Where" => TypeOf(inputs.Skip(1)),
        _ => TypeOf(inputs),
    };

    /// <summary>The type of a computed value, which is known better than a constant's.</summary>
    private static OnnxElementType TypeOf(IEnumerable<Value?> inputs)
    {
        Value[] given = [.. inputs.OfType<Value>()];
        return (given.FirstOrDefault(i => i.Constant is null) ?? given.FirstOrDefault())?.Type ?? OnnxElementType.Undefined;
    }

    /// <summary>
    /// Sees to it that integers are computed with only where real numbers do the same.
    /// </summary>
    /// <returns>The value that a cast leaves as it is; null for all other nodes.</returns>
    private static Value? KeepsInteger(OnnxNode node, Value?[] inputs)
    {
        Value[] integers = [.. inputs.OfType<Value>().Where(i => i.Constant is null && i.Type.IsWhole())];
        if (integers.Length == 0)
        {
            return null;
        }

        if (node.Operator is "Cast" or "CastLike")
        {
            OnnxElementType to = TypeOf(node, inputs);
            return to.IsReal() || to.Holds(integers[0].Type) ? integers[0] : null;
        }

        bool isNearest = node.Operator is "Resize" or "Upsample" && node.Text("mode", "nearest") == "nearest";
        bool isCount = Counts.Contains(node.Operator) && integers.All(i => i.Type is OnnxElementType.Int32 or OnnxElementType.Int64);
        return MovesValues.Contains(node.Operator) || isNearest || isCount ? null : throw node.Fail(
            $"it computes in {integers[0].Type}.", "A network computes in float32; cast the values before.");
    }
}
