using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>Writes arithmetic, comparisons and choices between values of which one's side of 1 may stand for all of another's, vectors running over channels.</summary>
internal static class BroadcastEmitter
{
    /// <summary>
    /// Writes a kernel's body; <c>x</c>, <c>x1</c>, <c>x2</c> and so on are its inputs, <c>w</c> the parameter and <c>y</c> its output.
    /// </summary>
    public static void Emit(CodeWriter writer, BroadcastStep step, Tier tier)
    {
        TensorView output = step.Output;
        var operands = new List<(string Name, TensorView View)> { ("x", step.Input) };
        operands.AddRange(step.MoreInputs.Select((view, i) => ("x" + Literal.Int(i + 1), view)));
        if (step.Weight is not null)
        {
            operands.Insert(step.Reversed ? 0 : operands.Count, ("w", ParameterView(step.Parameter)));
        }

        PixelReference[] references =
        [
            .. operands.Select(o => new PixelReference(o.Name, o.View.Height > 1 ? o.View.RowStride : 0, o.View.Width > 1 ? o.View.PixelStride : 0)),
            new("y", output),
        ];
        using (var pixels = new PixelLoop(writer, output.Height, output.Width, references))
        {
            string suffix = pixels.Suffix;
            VectorLoop.OverChannels(writer, tier, output.Channels, (lanes, channels, offset) =>
            {
                string[] values = [.. operands.Select(o => o.View.Channels < output.Channels
                    ? Simd.Broadcast(lanes, o.Name + suffix)
                    : Simd.Load(lanes, o.Name + suffix, offset))];
                writer.Line($"{Simd.Type(lanes)} a = {values[0]};");
                if (step.Kind == CombineKind.Where)
                {
                    writer.Line($"a = VectorMath.Where(a, {values[1]}, {values[2]});");
                }
                else
                {
                    foreach (string value in values.Skip(1))
                    {
                        writer.Line(Combine(step.Kind, lanes, value));
                    }
                }

                Simd.Store(writer, "a", lanes, output.HasSlack ? lanes : channels, "y" + suffix, offset);
            });
        }
    }

    private static string Combine(CombineKind kind, int lanes, string value) => kind switch
    {
        CombineKind.Add => $"a += {value};",
        CombineKind.Multiply => $"a *= {value};",
        CombineKind.Subtract => $"a -= {value};",
        CombineKind.Divide => $"a /= {value};",
        CombineKind.Maximum => $"a = {Simd.Vector(lanes)}.Max(a, {value});",
        CombineKind.Minimum => $"a = {Simd.Vector(lanes)}.Min(a, {value});",
        _ => $"a = VectorMath.{kind}(a, {value});",
    };

    private static TensorView ParameterView(Shape shape)
    {
        int pixel = LayoutPolicy.ChannelStride(shape.Channels);
        return new TensorView(Storage.Workspace, -1, 0, shape.Channels, shape.Height, shape.Width, shape.Width * pixel, pixel, 1);
    }
}
