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
        for (int i = 0; i < order.Length; i++)
        {
            string parent = i == 0 ? "x" : "x" + Code.Text(i);
            string own = "x" + Code.Text(i + 1);
            writer.Line($"ref float {own} = ref {parent};");
            writer.Open($"for (nuint i{Code.Text(i)} = 0; i{Code.Text(i)} < {Code.Text(axes[order[i]])}; i{Code.Text(i)}++)");
        }

        writer.Line($"y = x{Code.Text(order.Length)};");
        writer.Line(Code.Advance("y", 1));
        for (int i = order.Length - 1; i >= 0; i--)
        {
            writer.Line(Code.Advance("x" + Code.Text(i + 1), strides[order[i]]));
            writer.Close();
        }
    }
}
