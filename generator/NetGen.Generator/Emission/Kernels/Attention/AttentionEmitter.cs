using System;
using System.Collections.Generic;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes attention: for each head, keys and values are packed; for each block of queries follow the scores, which are a product, their
/// exponentials, and the results, which are one too. Only the exponentials and what comes after are written here: products are filter kernels.
/// </summary>
internal static class AttentionEmitter
{
    /// <summary>The kernels of a step.</summary>
    /// <param name="PackKeys">The one that packs a head's keys.</param>
    /// <param name="PackValues">The one that packs its values.</param>
    /// <param name="Scores">Those that multiply queries and keys, for each size of block.</param>
    /// <param name="Exponentials">The one that turns scores into exponentials, and finds the reciprocals of their sums.</param>
    /// <param name="Results">Those that multiply exponentials and values, for each size of block.</param>
    /// <param name="Divide">The one that multiplies results with the reciprocals.</param>
    public sealed record Parts(
        string PackKeys, string PackValues, IReadOnlyList<string> Scores, string Exponentials, IReadOnlyList<string> Results, string Divide);

    /// <summary>
    /// Writes the walk over heads and blocks; <c>x</c>, <c>x1</c>, <c>x2</c> and <c>x3</c> are query, key, value and mask, <c>s</c> and
    /// <c>y</c> scratch and output. Threads take blocks, and have scratch of their own.
    /// </summary>
    public static void EmitBlocks(CodeWriter writer, AttentionStep step, Parts parts)
    {
        writer.Phase("In s, a head's keys and values, and a block's scores and the reciprocals of its sums.");
        writer.Line($"ref float values = ref {Address.At("s", step.ValuesOffset)};");
        writer.Line($"ref float scores = ref {Address.At("s", step.ScoresOffset)};");
        writer.Line($"ref float sums = ref {Address.At("s", step.SumsOffset)};");
        var walk = new BlockWalk("head", step.Heads, step.Queries, step.Blocks, WorkSharing.Of(step).TakesShare);
        walk.Emit(writer, EmitPacking, EmitBlock);

        void EmitPacking(string head)
        {
            writer.Phase("A head's keys and values.");
            writer.Line($"{parts.PackKeys}(ref {Address.At("x1", Address.Times(head, step.Channels))}, ref s);");
            writer.Line($"{parts.PackValues}(ref {Address.At("x2", Address.Times(head, step.ValueChannels))}, ref values);");
        }

        void EmitBlock(string head, string first, string rows)
        {
            string query = Address.Sum(Address.Times(first, step.Input.PixelStride), Address.Times(head, step.Channels));
            string result = Address.Sum(Address.Times(first, step.Output.PixelStride), Address.Times(head, step.ValueChannels));
            writer.Phase("Scores: each query with each key.");
            writer.Line($"ref float query = ref {Address.At("x", query)};");
            walk.EmitCall(writer, parts.Scores, rows, "ref query, ref s, ref scores");
            writer.Phase("Their exponentials, and the sums of those.");
            string mask = step.Mask is null ? "" : $"ref {Address.At("x3", MaskOffset(step, first, head))}, ";
            writer.Line($"{parts.Exponentials}(ref scores, {mask}ref sums, {rows}{(step.Attention.IsCausal ? ", " + first : "")});");
            writer.Phase("Results: exponentials times values, over the sums.");
            writer.Line($"ref float result = ref {Address.At("y", result)};");
            walk.EmitCall(writer, parts.Results, rows, "ref scores, ref values, ref result");
            writer.Line($"{parts.Divide}(ref sums, ref result, {rows});");
        }
    }

    private static string MaskOffset(AttentionStep step, string first, string head)
    {
        if (step.Mask!.Channels == 1)
        {
            return Address.Times(first, step.Keys);
        }

        return first == "0"
            ? Address.Times(head, (long)step.Queries * step.Keys)
            : Address.Times(Address.Sum(Address.Times(head, step.Queries), first), step.Keys);
    }

    /// <summary>
    /// Writes a kernel's body; <c>x</c> are the scores of some rows, which become exponentials, <c>x1</c> what a mask adds to them, and
    /// <c>y</c> takes the reciprocals of their sums. The largest score is subtracted first, so that nothing overflows.
    /// </summary>
    public static void EmitExponentials(CodeWriter writer, AttentionStep step, Tier tier)
    {
        int lanes = tier.Lanes;
        string type = Simd.Type(lanes);
        int full = step.Keys / lanes * lanes;
        bool changes = step.Mask is not null || step.Attention.IsCausal;
        (string, long)[] moved = [("x", step.ScoreStride), ("y", 1)];
        using (writer.Loop("row", "0", "rows", step.Mask is null ? moved : CodeWriter.Append(moved, ("x1", step.Keys))))
        {
            if (step.Mask is not null && full < step.Keys)
            {
                // Nothing need follow the mask's last value.
                string place = full + 1 < step.Keys ? "i" : Literal.Int(full);
                using (full + 1 < step.Keys ? writer.Loop("i", Literal.Int(full), Literal.Int(step.Keys)) : default)
                {
                    writer.Line($"{Address.At("x", place)} += {Address.At("x1", place)};");
                }
            }

            writer.Phase("The largest score.");
            writer.Line($"{type} max = {Simd.Broadcast(lanes, "float.NegativeInfinity")};");
            if (step.Attention.IsCausal)
            {
                writer.Line($"{type} key = {type}.Indices;");
                writer.Line($"{type} seen = {Simd.Broadcast(lanes, "(float)(long)(first + row)")};");
            }

            EmitVectors(writer, tier, step.Keys, (offset, keys) =>
            {
                string score = Simd.Load(lanes, "x", offset);
                writer.Line($"{type} v = {(step.Mask is not null && keys == lanes ? $"{score} + {Simd.Load(lanes, "x1", offset)}" : score)};");
                if (step.Attention.IsCausal)
                {
                    writer.Line($"v = {Simd.Vector(lanes)}.ConditionalSelect({Simd.Vector(lanes)}.LessThanOrEqual(key, seen), v, {Simd.Broadcast(lanes, "float.NegativeInfinity")});");
                    writer.Line($"key += {Simd.Broadcast(lanes, Literal.Float(lanes))};");
                }

                if (keys < lanes)
                {
                    writer.Line($"v = {Simd.FirstLanes(lanes, keys, "v", Simd.Broadcast(lanes, "float.NegativeInfinity"))};");
                }

                if (changes || keys < lanes)
                {
                    Simd.Store(writer, "v", lanes, lanes, "x", offset);
                }

                writer.Line($"max = {Simd.Vector(lanes)}.MaxNative(max, v);");
            });
            EmitLargest(writer, lanes);

            writer.Phase("Exponentials and their sum.");
            writer.Line($"{type} sum = {Simd.Zero(lanes)};");
            EmitVectors(writer, tier, step.Keys, (offset, _) =>
            {
                writer.Line($"{type} v = VectorMath.Exp({Simd.Load(lanes, "x", offset)} - max);");
                Simd.Store(writer, "v", lanes, lanes, "x", offset);
                writer.Line("sum += v;");
            });
            writer.Line($"y = 1f / {Simd.Vector(lanes)}.Sum(sum);");
        }
    }

    /// <summary>Writes a kernel's body: each row of <c>y</c> times its value of <c>x</c>.</summary>
    public static void EmitDivision(CodeWriter writer, AttentionStep step, Tier tier)
    {
        using (writer.Loop("row", "0", "rows", ("x", 1), ("y", step.Output.PixelStride)))
        {
            VectorLoop.OverChannels(writer, tier, step.ValueChannels, (lanes, used, offset) =>
            {
                if (used == lanes)
                {
                    Simd.Store(writer, $"({Simd.Load(lanes, "y", offset)} * x)", lanes, lanes, "y", offset);
                    return;
                }

                // Another head's channels may follow, or nothing.
                using (used > 1 ? writer.Loop("i", offset, Address.Plus(offset, used)) : default)
                {
                    writer.Line($"{Address.At("y", used > 1 ? "i" : offset)} *= x;");
                }
            });
        }
    }

    /// <summary>Writes the work on vectors of keys: full ones in a loop, and the last, in which there may be fewer keys.</summary>
    private static void EmitVectors(CodeWriter writer, Tier tier, int keys, Action<string, int> body)
    {
        int full = keys / tier.Lanes * tier.Lanes;
        if (full > 0)
        {
            using (full == tier.Lanes ? writer.Names() : writer.StridedLoop("c", "0", Literal.Int(full), tier.Lanes))
            {
                body(full == tier.Lanes ? "0" : "c", tier.Lanes);
            }
        }

        if (full < keys)
        {
            using (writer.Names())
            {
                body(Literal.Int(full), keys - full);
            }
        }
    }

    /// <summary>Puts the largest lane of <c>max</c> into all of them.</summary>
    private static void EmitLargest(CodeWriter writer, int lanes)
    {
        string value = "max";
        for (int width = lanes / 2; width >= 4; width /= 2)
        {
            string half = "max" + Literal.Int(width);
            writer.Line($"{Simd.Type(width)} {half} = {Simd.Vector(width)}.MaxNative({value}.GetLower(), {value}.GetUpper());");
            value = half;
        }

        if (lanes == 4)
        {
            writer.Line("Vector128<float> max4 = max;");
        }

        writer.Line("max4 = Vector128.MaxNative(max4, Vector128.Shuffle(max4, Vector128.Create(2, 3, 0, 1)));");
        writer.Line("max4 = Vector128.MaxNative(max4, Vector128.Shuffle(max4, Vector128.Create(1, 0, 3, 2)));");
        writer.Line($"max = {Simd.Broadcast(lanes, "max4.ToScalar()")};");
    }
}
