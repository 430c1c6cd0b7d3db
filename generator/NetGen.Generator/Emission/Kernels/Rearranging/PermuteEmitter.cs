using System.Linq;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes copies of values in NCHW order whose axes change their order.</summary>
internal static class PermuteEmitter
{
    /// <summary>Writes a kernel's body; <c>x</c> and <c>y</c> are its input and output.</summary>
    public static void Emit(CodeWriter writer, PermuteStep step)
    {
        int[] axes = [.. step.Permute.Axes];
        int[] order = [.. step.Permute.Order];
        int[] strides = [.. axes.Select((_, i) => axes.Skip(i + 1).Aggregate(1, (a, b) => a * b))];
        EmitAxis(0, "x");

        void EmitAxis(int axis, string parent)
        {
            if (axis == order.Length)
            {
                writer.Line($"y = {parent};");
                writer.Line(Address.Advance("y", 1));
                return;
            }

            if (axes[order[axis]] == 1)
            {
                EmitAxis(axis + 1, parent);
                return;
            }

            string own = "x" + Literal.Int(axis + 1);
            writer.Line($"ref float {own} = ref {parent};");
            using (writer.For("i" + Literal.Int(axis), axes[order[axis]], (own, strides[order[axis]])))
            {
                EmitAxis(axis + 1, own);
            }
        }
    }
}
