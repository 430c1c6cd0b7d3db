using System;
using System.Collections.Generic;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>
/// What a chain of <c>Reshape</c>, <c>Flatten</c> and <c>Permute</c> makes of a layer's values: those of an array whose axes come in another
/// order. Axes of one element are left out, and axes that stay together are one, so that chains that do the same are equal.
/// </summary>
internal sealed class Rearrangement
{
    private Rearrangement(ImportedLayer source, int[] sides, int[] order)
    {
        Source = source;
        Sides = sides;
        Order = order;
    }

    /// <summary>The layer, or input, whose values they are.</summary>
    public ImportedLayer Source { get; }

    /// <summary>The axes of the source's array.</summary>
    public int[] Sides { get; }

    /// <summary>For each axis of the result, which of the source's it is.</summary>
    public int[] Order { get; }

    /// <summary>Whether all values stay where they are.</summary>
    public bool IsIdentity => Order.Length <= 1;

    /// <summary>Whether it turns a matrix.</summary>
    public bool Turns(int rows, int columns) => Sides.SequenceEqual([rows, columns]) && Order is [1, 0];

    public static bool Is(ImportedLayer layer) => layer.Kind is "Reshape" or "Flatten" or "Permute";

    /// <summary>The chain that ends in a layer, from as far above as it can be followed.</summary>
    public static Rearrangement Of(ImportedLayer layer)
    {
        var chain = new Stack<ImportedLayer>();
        while (Is(layer))
        {
            chain.Push(layer);
            layer = layer.Sources[0];
        }

        ImportedLayer source = layer;
        var axes = new Axes(source.Output);
        foreach (ImportedLayer step in chain)
        {
            if (!axes.Take(step))
            {
                // What cuts an axis where no factor of it ends is a beginning of its own.
                source = step;
                axes = new Axes(step.Output);
            }
        }

        return axes.Result(source);
    }

    /// <summary>A layer's values as an array, whose axes come in another order; null where they are no such array.</summary>
    public static Rearrangement? Over(ImportedLayer layer, int[] sides, int[] order)
    {
        var axes = new Axes(layer.Output);
        return axes.Permute(sides, order) ? axes.Result(layer) : null;
    }

    /// <summary>The same, and then the axes of its result, of which the first lengths are given, in another order; null where those cut an axis.</summary>
    public Rearrangement? Then(int[] sides, int[] order)
    {
        var axes = new Axes(this);
        return axes.Permute(sides, order) ? axes.Result(Source) : null;
    }

    /// <summary>The same of a layer that gives what the source gives, in the same order.</summary>
    public Rearrangement Of(ImportedLayer source, int[]? sides = null) => new(source, sides ?? Sides, Order);

    /// <summary>What puts the values of another layer, which come as this result does, into the source's order.</summary>
    public Rearrangement InverseOf(ImportedLayer layer)
    {
        int[] inverse = new int[Order.Length];
        for (int i = 0; i < Order.Length; i++)
        {
            inverse[Order[i]] = i;
        }

        int[] sides = [.. Order.Select(o => Sides[o])];
        return Of(layer).Then(sides, inverse) ?? new(layer, sides, inverse);
    }

    /// <summary>Whether two do the same, be it to different layers.</summary>
    public bool IsLike(Rearrangement other) => Sides.SequenceEqual(other.Sides) && Order.SequenceEqual(other.Order);

    /// <summary>
    /// What is left of it where only some of its result's first axis are taken, if that is the source's first axis too.
    /// </summary>
    /// <param name="length">The length of the first axis.</param>
    /// <param name="count">How much of it is taken.</param>
    /// <returns>The sides that are left; null where the first axis comes from elsewhere.</returns>
    public int[]? Part(int length, int count)
    {
        return Order[0] == 0 && Sides[0] % length == 0 ? [Sides[0] / length * count, .. Sides[1..]] : null;
    }

    /// <summary>How a layer's constant, one value or all along each side of the result, lies beside the source; null where it is neither there.</summary>
    /// <param name="constant">The constant, of the result's sides or 1.</param>
    /// <param name="result">The form of the result.</param>
    public Tensor? ConstantBefore(Tensor constant, Shape result)
    {
        // The axes, cut where those of the source, the result and both forms are.
        var axes = new Axes(this);
        int[] resultSides = SidesOf(result);
        int[] sourceSides = SidesOf(Source.Output);
        if (constant.Dims.Length != resultSides.Length || axes.Cut(resultSides, ofSource: false) is null
            || axes.Cut(sourceSides, ofSource: true) is not { } sourceAxes || axes.Cut(resultSides, ofSource: false) is not { } resultAxes)
        {
            return null;
        }

        var isFull = new Dictionary<Axis, bool>();
        for (int i = 0; i < resultSides.Length; i++)
        {
            foreach (Axis axis in resultAxes[i])
            {
                isFull[axis] = constant.Dims[i] > 1;
            }
        }

        if (sourceAxes.Any(side => side.Select(a => isFull[a]).Distinct().Count() > 1))
        {
            return null;
        }

        int[] dims = [.. sourceAxes.Select((side, i) => side.Count > 0 && isFull[side[0]] ? sourceSides[i] : 1)];
        Axis[] kept = [.. resultAxes.SelectMany(a => a).Where(a => isFull[a])];
        Axis[] needed = [.. sourceAxes.SelectMany(a => a).Where(a => isFull[a])];
        Tensor turned = constant
            .Reshape([.. kept.Select(a => a.Length)])
            .Transpose([.. needed.Select(a => Array.IndexOf(kept, a))]);
        return new Tensor(dims, turned.Floats) { Name = constant.Name };
    }

    public static int[] SidesOf(Shape form) => form.IsVector ? [form.Channels] : [form.Channels, form.Height, form.Width];

    private sealed class Axis(int length)
    {
        public int Length { get; set; } = length;
    }

    /// <summary>An array's axes, in the source's order and in the one that steps have given them; cut into factors where a step cuts them.</summary>
    private sealed class Axes
    {
        private readonly List<Axis> source;
        private List<Axis> current;

        public Axes(Shape form)
        {
            source = [.. SidesOf(form).Where(s => s > 1).Select(s => new Axis(s))];
            current = [.. source];
        }

        public Axes(Rearrangement rearrangement)
        {
            source = [.. rearrangement.Sides.Select(s => new Axis(s))];
            current = [.. rearrangement.Order.Select(o => source[o])];
        }

        /// <summary>Follows a layer; where it cuts an axis that has no such factor, nothing changes that matters.</summary>
        public bool Take(ImportedLayer step) => step switch
        {
            { Kind: "Permute", Positional: [IntArray sides, IntArray order] } => Permute(sides.Values, order.Values),
            { Kind: "Permute" } => Permute(SidesOf(step.Sources[0].Output), [.. step.Positional.Cast<int>()]),
            _ => true,
        };

        public bool Permute(int[] sides, int[] order)
        {
            if (Cut(sides, ofSource: false) is not { } groups)
            {
                return false;
            }

            current = [.. order.SelectMany(o => groups[o])];
            return true;
        }

        /// <summary>The axes that make up each side; axes that sides share are cut.</summary>
        public List<Axis>[]? Cut(int[] sides, bool ofSource)
        {
            var groups = new List<Axis>[sides.Length];
            int next = 0;
            for (int i = 0; i < sides.Length; i++)
            {
                groups[i] = [];
                int left = sides[i];
                while (left > 1)
                {
                    List<Axis> axes = ofSource ? source : current;
                    if (next == axes.Count)
                    {
                        return null;
                    }

                    Axis axis = axes[next];
                    if (left % axis.Length != 0)
                    {
                        if (axis.Length % left != 0)
                        {
                            return null;
                        }

                        Cut(axis, left);
                    }

                    left /= axis.Length;
                    groups[i].Add(axis);
                    next++;
                }
            }

            return groups;
        }

        /// <summary>Cuts an axis; its first part remains.</summary>
        private void Cut(Axis axis, int length)
        {
            var rest = new Axis(axis.Length / length);
            axis.Length = length;
            source.Insert(source.IndexOf(axis) + 1, rest);
            current.Insert(current.IndexOf(axis) + 1, rest);
        }

        public Rearrangement Result(ImportedLayer layer)
        {
            // Which axes follow each other in both orders.
            var joined = new List<(Axis First, int Length)>();
            for (int i = 0; i < source.Count; i++)
            {
                int at = current.IndexOf(source[i]);
                if (i > 0 && at > 0 && current[at - 1] == source[i - 1])
                {
                    joined[^1] = (joined[^1].First, joined[^1].Length * source[i].Length);
                }
                else
                {
                    joined.Add((source[i], source[i].Length));
                }
            }

            int[] order = [.. current.Select(c => joined.FindIndex(j => j.First == c)).Where(j => j >= 0)];
            return new Rearrangement(layer, [.. joined.Select(j => j.Length)], order);
        }
    }
}
