using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>
/// Writes convolutions and dense layers: a tile of pixels × filters stays in registers while the kernel runs through its taps, one
/// load for each vector of weights and one broadcast for each pixel.
/// </summary>
internal sealed class FilterEmitter
{
    private const string Residual = "x1";

    /// <summary>The floats of a cache line.</summary>
    private const int LineFloats = 16;

    private readonly CodeWriter writer;
    private readonly FilterStep step;
    private readonly Tier tier;
    private readonly bool storesExactly;

    /// <summary>The floats from a filter tile's weights to the next one's.</summary>
    private readonly int tileLength;

    /// <summary>The same as an expression.</summary>
    private readonly string tileDistance;

    /// <summary>How often a filter tile's weights are run through, once for each tile of pixels.</summary>
    private readonly int passes;

    private FilterEmitter(CodeWriter writer, FilterStep step, Tier tier)
    {
        this.writer = writer;
        this.step = step;
        this.tier = tier;

        // Elsewhere the lanes behind the last channel are slack, which nobody reads.
        storesExactly = !step.Output.HasSlack || step.Groups > 1;
        tileLength = step.Tile.Vectors * tier.Lanes * (step.HeadRows + step.Words);
        tileDistance = step.HasPhases ? $"phases * {Code.Text(tileLength / step.Loops[0].Count)}" : Code.Text(tileLength);
        passes = step.Rows * TilePlanner.Widths(step.Columns, step.Tile.Pixels).Sum(w => w.Count);
    }

    /// <summary>
    /// Whether the next filter tile's weights are brought near while one's are used for pixel after pixel. They may come from memory,
    /// and the core's own prefetching stops where a tile ends. Many pixels use a tile so often that it does not matter.
    /// </summary>
    private bool Prefetches => step.Columns > 1 && passes <= step.Sizes.PrefetchingPasses && tileLength >= step.Sizes.PrefetchedTile
        && tier.Lanes > 4;

    /// <summary>Whether a thread's next weights, after those of its share of a plane's tiles, are in the next plane.</summary>
    private bool LeapsPlanes => Prefetches && step.ProductAxis == SplitAxis.Tiles;

    /// <summary>
    /// Writes a kernel's body; <c>x</c>, <c>w</c> and <c>y</c> are its input, packed weights and output, and <c>x1</c> what a
    /// residual connection adds.
    /// </summary>
    public static void Emit(CodeWriter writer, FilterStep step, Tier tier) => new FilterEmitter(writer, step, tier).Emit();

    private void Emit()
    {
        bool sharesTiles = step.TakesShare && step.Axis == SplitAxis.Tiles;
        bool loops = Code.OpenLoop(writer, "group", step.Groups);
        int filters = step.FiltersPerGroup;
        int slots = tier.SlotCount(filters);
        int vectors = step.Tile.Vectors;
        int tileLanes = vectors * tier.Lanes;
        Slot last = tier.SlotAt(filters, slots - 1);
        bool lastIsFull = last.Width == tier.Lanes && (last.Channels == tier.Lanes || !storesExactly);
        int full = (lastIsFull ? slots : slots - 1) / vectors;
        bool hasTail = full * vectors < slots;
        if (full > 0)
        {
            if (full > 1 || hasTail)
            {
                writer.Line("ref float wTile = ref w;");
                writer.Line("ref float yTile = ref y;");
                WriteResidual("ref float {0}Tile = ref {0};");
            }

            bool tiles = true;
            if (sharesTiles)
            {
                if (LeapsPlanes)
                {
                    // After a thread's last filters come the first ones that it has of the next plane.
                    writer.Line($"nuint jump = {Code.Text(step.GroupLength)} - ((to - from - 1) * {tileDistance});");
                }

                writer.Line(Code.Advance("wTile", $"from * {tileDistance}"));
                writer.Line(Advance("yTile", "from", step.Output.Place(tileLanes)));
                AdvanceResidual("Tile", "from", ResidualPlace(tileLanes));
                writer.Line(hasTail ? $"nuint end = to < {Code.Text(full)} ? to : {Code.Text(full)};" : "nuint end = to;");
                writer.Open("for (nuint tile = from; tile < end; tile++)");
            }
            else
            {
                tiles = Code.OpenLoop(writer, "tile", full);
            }

            EmitRows(tier.Slots(filters, 0, vectors), full > 1 || hasTail ? "Tile" : "", isTail: false, isScope: tiles || !hasTail);
            if (tiles || hasTail)
            {
                writer.Line(Code.Advance("wTile", tileDistance));
                writer.Line(Code.Advance("yTile", step.Output.Place(tileLanes)));
                AdvanceResidual("Tile", ResidualPlace(tileLanes));
            }

            if (tiles)
            {
                writer.Close();
            }
        }

        if (hasTail)
        {
            Slot[] tail = tier.Slots(filters, full * vectors, slots - (full * vectors));
            if (sharesTiles)
            {
                writer.Open($"if (to > {Code.Text(full)})");
            }

            EmitRows(tail, full > 0 ? "Tile" : "", isTail: true, isScope: sharesTiles || full == 0);
            if (sharesTiles)
            {
                writer.Close();
            }
        }

        if (loops)
        {
            writer.Line(Code.Advance("x", step.GroupStep));
            writer.Line(Code.Advance("w", step.GroupLength));
            writer.Line(Code.Advance("y", step.Output.Place(step.FiltersPerGroup)));
            AdvanceResidual("", ResidualPlace(step.FiltersPerGroup));
            writer.Close();
        }
    }

    private int ResidualPlace(int channels) => step.Residual?.Place(channels) ?? 0;

    private void WriteResidual(string line)
    {
        if (step.Residual is not null)
        {
            writer.Line(line.Replace("{0}", Residual));
        }
    }

    private void AdvanceResidual(string suffix, long distance)
    {
        if (step.Residual is not null)
        {
            writer.Line(Code.Advance(Residual + suffix, distance));
        }
    }

    private void AdvanceResidual(string suffix, string count, long distance)
    {
        if (step.Residual is not null)
        {
            writer.Line(Advance(Residual + suffix, count, distance));
        }
    }

    /// <summary>Moves a reference on by a number of units.</summary>
    private static string Advance(string reference, string count, long distance) =>
        Code.Advance(reference, $"{count} * {Code.Text(distance)}");

    /// <summary>One filter tile over the whole map.</summary>
    /// <param name="slots">The tile's vectors.</param>
    /// <param name="suffix">What follows the names of the references to the tile's weights and results.</param>
    /// <param name="isTail">Whether it is the last, which is smaller.</param>
    /// <param name="isScope">Whether the code has a scope to itself.</param>
    private void EmitRows(Slot[] slots, string suffix, bool isTail, bool isScope)
    {
        string weights = "w" + suffix;
        string output = "y" + suffix;
        string residual = Residual + suffix;
        if (!isScope)
        {
            writer.Open();
        }

        if (Prefetches)
        {
            writer.Line(LeapsPlanes
                ? $"ref float ahead = ref Unsafe.Add(ref {weights}, {(isTail ? "" : $"tile + 1 < to ? {tileDistance} : ")}jump);"
                : $"ref float ahead = ref {Code.At(weights, tileDistance)};");
        }

        bool rows = step.Rows > 1;
        if (rows)
        {
            writer.Line("ref float xRow = ref x;");
            writer.Line($"ref float yRow = ref {output};");
            WriteResidual($"ref float {{0}}Row = ref {residual};");
            bool sharesRows = step.TakesShare && step.Axis == SplitAxis.Rows;
            (string, long)[] moved = [("xRow", step.RowStep), ("yRow", step.Output.RowStride)];
            Code.OpenUnits(
                writer, "row", step.Rows, sharesRows, step.Residual is { } r ? [.. moved, (Residual + "Row", r.RowStride)] : moved);
        }

        string xRow = rows ? "xRow" : "x";
        string yRow = rows ? "yRow" : output;
        string residualRow = rows ? Residual + "Row" : residual;
        TileShare[] widths = TilePlanner.Widths(step.Columns, step.Tile.Pixels);
        bool moves = step.Columns > widths[0].Length;
        if (moves)
        {
            writer.Line($"ref float xPixel = ref {xRow};");
            writer.Line($"ref float yPixel = ref {yRow};");
            WriteResidual($"ref float {{0}}Pixel = ref {residualRow};");
        }

        bool sharesBlocks = step.TakesShare && step.Axis == SplitAxis.Blocks;
        if (sharesBlocks)
        {
            // The first tiles are wider by a pixel than the others.
            int narrow = widths[widths.Length - 1].Length;
            string wider = Code.Text(widths[0].Count);
            writer.Line(widths.Length > 1
                ? $"nuint first = (from * {Code.Text(narrow)}) + (from < {wider} ? from : {wider});"
                : $"nuint first = from * {Code.Text(narrow)};");
            writer.Line(Advance("xPixel", "first", step.ColumnStep));
            writer.Line(Advance("yPixel", "first", step.Output.PixelStride));
            AdvanceResidual("Pixel", "first", step.Residual?.PixelStride ?? 0);
            writer.Line("nuint block = from;");
        }

        for (int i = 0; i < widths.Length; i++)
        {
            (int width, int count) = widths[i];
            bool opens = true;
            if (sharesBlocks)
            {
                string end = i < widths.Length - 1 ? $"(to < {Code.Text(count)} ? to : {Code.Text(count)})" : "to";
                writer.Open($"for (; block < {end}; block++)");
            }
            else if (!Code.OpenLoop(writer, "block", count))
            {
                opens = widths.Length > 1;
                if (opens)
                {
                    writer.Open();
                }
            }

            EmitBlock(slots, width, weights, moves ? "xPixel" : xRow, moves ? "yPixel" : yRow, moves ? Residual + "Pixel" : residualRow);
            if (moves)
            {
                writer.Line(Code.Advance("xPixel", width * step.ColumnStep));
                writer.Line(Code.Advance("yPixel", width * step.Output.PixelStride));
                AdvanceResidual("Pixel", width * (step.Residual?.PixelStride ?? 0));
            }

            if (opens)
            {
                writer.Close();
            }
        }

        if (rows)
        {
            writer.Line(Code.Advance("xRow", step.RowStep));
            writer.Line(Code.Advance("yRow", step.Output.RowStride));
            AdvanceResidual("Row", step.Residual?.RowStride ?? 0);
            writer.Close();
        }

        if (!isScope)
        {
            writer.Close();
        }
    }

    /// <summary>One tile: its accumulators start at the bias, take all taps, and go through the epilogue to memory.</summary>
    private void EmitBlock(Slot[] slots, int pixels, string weights, string input, string output, string residual)
    {
        int splits = Math.Max(1, Math.Min(step.Tile.Splits, step.Taps));
        var streams = new WeightStreams(step, slots);
        int paired = PairedPixels(slots, pixels, splits);
        for (int v = 0; v < slots.Length; v++)
        {
            Slot slot = slots[v];
            int vector = v;
            string type = step.IsInteger ? Code.Vector(slot.Width) + "<int>" : Code.VectorType(slot.Width);
            string bias = step.HasHead && !step.IsScaled
                ? Code.Load(slot.Width, weights, streams.HeadPlace(v, 0))
                : type + ".Zero";
            int first = v == slots.Length - 1 ? paired : 0;
            if (first > 0)
            {
                IEnumerable<string> pairs = Enumerable.Range(1, (first / 2) - 1).Select(pair => $", {Pair(2 * pair)} = {Pair(0)}");
                writer.Line($"{Code.VectorType(2 * slot.Width)} {Pair(0)} = {Twice(slot.Width, bias)}{string.Concat(pairs)};");
            }

            if (first < pixels)
            {
                IEnumerable<string> others = Enumerable.Range(first + 1, pixels - first - 1).Select(p => $", {Accumulator(p, vector)} = {Accumulator(first, vector)}");
                writer.Line($"{type} {Accumulator(first, v)} = {bias}{string.Concat(others)};");
            }

            for (int s = 1; s < splits; s++)
            {
                int split = s;
                IEnumerable<string> sums = Enumerable.Range(0, pixels).Select(p => $"{Accumulator(p, vector, split)} = {Code.Zero(slot.Width)}");
                writer.Line($"{Code.VectorType(slot.Width)} {string.Join(", ", sums)};");
            }
        }

        if (step.Taps > 0)
        {
            for (int s = 0; s < streams.Count; s++)
            {
                writer.Line($"ref float {streams.Reference(s)} = ref {Code.At(weights, streams.TapsPlace(s))};");
            }

            new TapEmitter(this, slots, streams, pixels, paired, splits).Emit(input);
        }

        for (int p = 0; p < paired; p += 2)
        {
            int last = slots.Length - 1;
            writer.Line($"{Code.VectorType(slots[last].Width)} {Accumulator(p, last)} = {Pair(p)}.GetLower(), {Accumulator(p + 1, last)} = {Pair(p)}.GetUpper();");
        }

        for (int p = 0; p < pixels; p++)
        {
            int pixel = p;
            for (int v = 0; v < slots.Length; v++)
            {
                Slot slot = slots[v];
                int vector = v;
                string result = Accumulator(p, v);
                for (int s = 1; s < splits; s++)
                {
                    writer.Line($"{result} += {Accumulator(p, v, s)};");
                }

                int start = slot.Start - slots[0].Start;
                if (step.IsScaled)
                {
                    string sum = step.IsInteger ? $"ConvertToSingle({result})" : result;
                    string scaled = Code.MultiplyAdd(sum, Code.Load(slot.Width, weights, streams.HeadPlace(v, 1)), Code.Load(slot.Width, weights, streams.HeadPlace(v, 0)));
                    string type = step.IsInteger ? Code.VectorType(slot.Width) + " " : "";
                    result = step.IsInteger ? result.Replace('a', 'r') : result;
                    writer.Line($"{type}{result} = {scaled};");
                }

                EpilogueEmitter.Store(
                    writer,
                    step.Epilogue,
                    step.Output,
                    result,
                    slot.Width,
                    storesExactly ? slot.Channels : slot.Width,
                    output,
                    Code.Text((p * step.Output.PixelStride) + step.Output.Place(start)),
                    row => Code.Load(slot.Width, weights, streams.HeadPlace(vector, row + step.ParameterRow)),
                    () => Code.Load(
                        step.Residual!, slot.Width, residual, Code.Text((pixel * step.Residual!.PixelStride) + step.Residual.Place(start))));
            }
        }
    }

    /// <summary>
    /// The pixels that share vectors with their neighbours. Of a last vector half as wide as the others, two pixels' sums take one
    /// multiply-add rather than two, for one shuffle of what they are multiplied with.
    /// </summary>
    private int PairedPixels(Slot[] slots, int pixels, int splits)
    {
        // Fewer would not free the registers that it takes.
        const int fewestPixels = 4;
        bool isHalf = slots.Length > 1 && 2 * slots[slots.Length - 1].Width == tier.Lanes;
        return isHalf && pixels >= fewestPixels && splits == 1 && step.TapsPerWord == 1 && !step.IsInteger ? pixels / 2 * 2 : 0;
    }

    /// <summary>The sums of a pixel and the next one in the last vector.</summary>
    private static string Pair(int pixel) => "s" + Code.Text(pixel);

    private static string Twice(int lanes, string half) => $"{half}.To{Code.Vector(2 * lanes)}Unsafe().WithUpper({half})";

    internal static string Accumulator(int pixel, int vector, int split = 0) =>
        "a" + Code.Text(pixel) + "_" + Code.Text(vector) + (split > 0 ? "_" + Code.Text(split) : "");

    /// <summary>Where a tile's weights lie: its vectors fall into streams, of which each has a head and taps of its own.</summary>
    private sealed class WeightStreams(FilterStep step, Slot[] slots)
    {
        /// <summary>The number of streams; a tile with fewer vectors than the others may have fewer.</summary>
        public int Count => ((slots.Length - 1) / step.StreamVectors) + 1;

        /// <summary>The reference to a stream's next taps.</summary>
        public string Reference(int stream) => Count == 1 ? "k" : "k_" + Code.Text(stream);

        public int StreamOf(int vector) => vector / step.StreamVectors;

        /// <summary>The lanes of a stream's vectors.</summary>
        public int Lanes(int stream) => slots[Math.Min((stream + 1) * step.StreamVectors, slots.Length) - 1].End - First(stream);

        /// <summary>The place of a vector among those of its stream.</summary>
        public int Place(int vector) => slots[vector].Start - First(StreamOf(vector));

        /// <summary>The place of a row of the head, seen from the tile's first weight.</summary>
        public int HeadPlace(int vector, int row) => Start(StreamOf(vector)) + (row * Lanes(StreamOf(vector))) + Place(vector);

        /// <summary>The place of a stream's first tap, seen from the tile's first weight.</summary>
        public int TapsPlace(int stream) => Start(stream) + (step.HeadRows * Lanes(stream));

        private int First(int stream) => slots[stream * step.StreamVectors].Start;

        private int Start(int stream) => (First(stream) - slots[0].Start) * (step.HeadRows + step.Words);
    }

    /// <summary>Writes the sum over the taps of one tile: loops outside, straight code inside.</summary>
    private sealed class TapEmitter(FilterEmitter owner, Slot[] slots, WeightStreams streams, int pixels, int paired, int splits)
    {
        private readonly CodeWriter writer = owner.writer;
        private readonly FilterStep step = owner.step;
        private readonly IntegerTaps integers = new(owner.writer, owner.step, owner.tier, slots, pixels);
        private readonly int lanes = slots[slots.Length - 1].End - slots[0].Start;
        private int split;

        public void Emit(string input)
        {
            if (step.IsInteger)
            {
                integers.Declare();
                EmitLoop(0, input);
                return;
            }

            for (int v = 0; v < slots.Length && HoldsWeights; v++)
            {
                if (step.TapsPerWord > 1)
                {
                    writer.Line($"{Code.Vector(slots[v].Width)}<uint> u{Code.Text(v)};");
                }

                writer.Line($"{Code.VectorType(IsPaired(v) ? 2 * slots[v].Width : slots[v].Width)} k{Code.Text(v)};");
            }

            writer.Line($"{Code.VectorType(slots[0].Width)} b;");
            if (paired > 0)
            {
                writer.Line($"{Code.VectorType(slots[0].Width)} c;");
            }

            EmitLoop(0, input);
        }

        /// <summary>Whether a vector's weights are there twice, for a pixel and the next one.</summary>
        private bool IsPaired(int vector) => paired > 0 && vector == slots.Length - 1;

        /// <summary>Whether weights are loaded into registers before they are multiplied; a single pixel's are operands in memory.</summary>
        private bool HoldsWeights => pixels > 1 || step.TapsPerWord > 1;

        /// <summary>The taps of the loops from one on, where straight code for all of them is short enough; otherwise null.</summary>
        private List<int>? StraightTaps(int loop)
        {
            var offsets = new List<int> { 0 };
            for (int i = step.Loops.Count - 1; i >= loop; i--)
            {
                TapLoop l = step.Loops[i];
                if ((long)offsets.Count * l.Count * pixels * slots.Length > owner.tier.StraightMultiplyAdds)
                {
                    return null;
                }

                offsets = Repeat(l, offsets, l.Count);
            }

            return Overlaps(offsets) ? null : offsets;
        }

        /// <summary>
        /// Whether two taps of one stretch of code meet the same value of the input for different pixels. The JIT would then keep
        /// every such value for its second use, in memory once the registers are full.
        /// </summary>
        private bool Overlaps(List<int> offsets)
        {
            if (pixels == 1)
            {
                return false;
            }

            var known = new HashSet<int>(offsets);
            return offsets.Any(o => Enumerable.Range(1, pixels - 1).Any(p => known.Contains(o + (p * step.ColumnStep))));
        }

        private void EmitLoop(int index, string input)
        {
            bool isPhase = step.HasPhases && index == 0;
            if (!isPhase && StraightTaps(index) is { } straight)
            {
                EmitTaps(input, straight, moveOn: index > 0);
                return;
            }

            TapLoop loop = step.Loops[index];
            string pointer = "q" + Code.Text(index);
            writer.Line($"ref float {pointer} = ref {input};");
            if (!isPhase && StraightTaps(index + 1) is { } inner)
            {
                int unroll = Unroll(loop, inner);
                List<int> body = Repeat(loop, inner, unroll);
                bool repeats = Code.OpenLoop(writer, "tap" + Code.Text(index), loop.Count / unroll);
                EmitTaps(pointer, body, moveOn: true);
                if (repeats || loop.Count % unroll > 0)
                {
                    writer.Line(Code.Advance(pointer, unroll * loop.Stride));
                }

                if (repeats)
                {
                    writer.Close();
                }

                if (loop.Count % unroll > 0)
                {
                    EmitTaps(pointer, body.GetRange(0, loop.Count % unroll * inner.Count), moveOn: true);
                }

                return;
            }

            if (isPhase)
            {
                writer.Open("for (nuint phase = 0; phase < phases; phase++)");
            }
            else
            {
                Code.OpenLoop(writer, "tap" + Code.Text(index), loop.Count);
            }

            EmitLoop(index + 1, pointer);
            writer.Line(Code.Advance(pointer, loop.Stride));
            writer.Close();
        }

        private static List<int> Repeat(TapLoop loop, List<int> inner, int rounds)
        {
            var offsets = new List<int>(rounds * inner.Count);
            for (int n = 0; n < rounds; n++)
            {
                foreach (int offset in inner)
                {
                    offsets.Add((n * loop.Stride) + offset);
                }
            }

            return offsets;
        }

        /// <summary>How many rounds of a loop to write out: as many as the budget allows, rather fewer than with a remainder.</summary>
        private int Unroll(TapLoop loop, List<int> inner)
        {
            // The core's own prefetching follows the load instructions of a stream, of which there should be few that move on by little.
            int budget = streams.Count > 1 ? splits * inner.Count : owner.tier.UnrolledMultiplyAdds / (pixels * slots.Length);
            int most = Math.Max(1, Math.Min(loop.Count, budget / inner.Count));
            while (most > 1 && Overlaps(Repeat(loop, inner, most)))
            {
                most--;
            }

            // Partial sums take turns from tap to tap; rounds of whole turns give each the same share.
            int even = most;
            while (even > 1 && (loop.Count % even != 0 || even % splits != 0))
            {
                even--;
            }

            int unroll = even * 2 > most ? even : splits > 1 && most > splits ? most / splits * splits : most;

            // A word of packed weights is unpacked in one go, and words of integers are summed in pairs.
            int together = step.IsInteger ? Math.Min(loop.Count, integers.TapsAtOnce) : step.TapsPerWord;
            return inner.Count % together == 0 ? unroll : Math.Max(1, unroll / together) * together;
        }

        private void EmitTaps(string input, List<int> offsets, bool moveOn)
        {
            if (step.IsInteger)
            {
                EmitIntegerTaps(input, offsets);
            }
            else
            {
                for (int t = 0; t < offsets.Count; t++)
                {
                    EmitPrefetch(t, offsets.Count);
                    EmitTap(input, offsets[t], t % step.TapsPerWord, t / step.TapsPerWord);
                }
            }

            if (moveOn)
            {
                for (int s = 0; s < streams.Count; s++)
                {
                    writer.Line(Code.Advance(streams.Reference(s), (offsets.Count + step.TapsPerWord - 1) / step.TapsPerWord * streams.Lanes(s)));
                }
            }

            if (PrefetchedLines(offsets.Count) is int lines and > 0)
            {
                writer.Line(Code.Advance("ahead", lines * LineFloats));
            }
        }

        private void EmitIntegerTaps(string input, List<int> offsets)
        {
            for (int t = 0; t < offsets.Count; t += integers.TapsAtOnce)
            {
                List<int> together = offsets.GetRange(t, Math.Min(integers.TapsAtOnce, offsets.Count - t));
                for (int i = 0; i < together.Count; i++)
                {
                    EmitPrefetch(t + i, offsets.Count);
                }

                integers.Emit(input, together, t * lanes, lanes);
            }
        }

        /// <summary>
        /// Asks for the next tile's weights before they are needed, where tiles are run through again and again: every pass over a tile
        /// brings a part of the next, and every tap its share of that.
        /// </summary>
        /// <param name="tap">The tap's place in a stretch of code.</param>
        /// <param name="taps">The taps of that stretch.</param>
        private void EmitPrefetch(int tap, int taps)
        {
            int lines = PrefetchedLines(taps);
            for (int line = 0; line < lines; line++)
            {
                if (line * taps / lines == tap)
                {
                    writer.Line($"Layout.Prefetch(ref {Code.At("ahead", line * LineFloats)});");
                }
            }
        }

        /// <summary>The cache lines that a stretch of code asks for, so that the passes over a tile ask for all of the next.</summary>
        private int PrefetchedLines(int taps)
        {
            // Of two threads that share the pixels, each makes half the passes, and needs all weights.
            int own = step.TakesShare && step.Axis != SplitAxis.Tiles ? (owner.passes + 1) / 2 : owner.passes;
            int divisor = LineFloats * step.TapsPerWord * own;
            return owner.Prefetches ? ((taps * lanes) + divisor - 1) / divisor : 0;
        }

        /// <param name="input">The reference that taps are relative to.</param>
        /// <param name="offset">The tap's place.</param>
        /// <param name="part">The tap's place in its word of packed weights.</param>
        /// <param name="word">The word's place among those that references have not moved beyond.</param>
        private void EmitTap(string input, int offset, int part, int word)
        {
            for (int v = 0; v < slots.Length && step.TapsPerWord > 1 && part == 0; v++)
            {
                writer.Line($"u{Code.Text(v)} = {Weight(v, word)}.AsUInt32();");
            }

            for (int v = 0; v < slots.Length && HoldsWeights; v++)
            {
                string k = step.TapsPerWord > 1 ? Unpack(v, part) : Weight(v, word);
                writer.Line($"k{Code.Text(v)} = {(IsPaired(v) ? Twice(slots[v].Width, k) : k)};");
            }

            for (int p = 0; p < pixels; p++)
            {
                bool isSecond = p < paired && p % 2 == 1;
                string b = isSecond ? "c" : "b";
                writer.Line($"{b} = {Code.Broadcast(slots[0].Width, Code.At(input, offset + (p * step.ColumnStep)))};");
                for (int v = 0; v < slots.Length; v++)
                {
                    string k = HoldsWeights ? "k" + Code.Text(v) : Weight(v, word);
                    if (!IsPaired(v))
                    {
                        Code.Accumulate(writer, Accumulator(p, v, split), Code.Narrow(b, slots[0].Width, slots[v].Width), k);
                    }
                    else if (p >= paired)
                    {
                        Code.Accumulate(writer, Accumulator(p, v), Code.Narrow(b, slots[0].Width, slots[v].Width), k + ".GetLower()");
                    }
                    else if (isSecond)
                    {
                        Code.Accumulate(writer, Pair(p - 1), "b.WithUpper(c.GetLower())", k);
                    }
                }
            }

            split = (split + 1) % splits;
        }

        /// <summary>One tap's weights out of a vector of words: half a word is the upper half of a float, a quarter a small integer.</summary>
        private string Unpack(int vector, int part)
        {
            string word = "u" + Code.Text(vector);
            return step.Storage == WeightStorage.BFloat16
                ? part == 0 ? $"({word} << 16).AsSingle()" : $"({word} & {Code.Vector(slots[vector].Width)}.Create(0xFFFF0000u)).AsSingle()"
                : $"{Code.Vector(slots[vector].Width)}.ConvertToSingle({(part == 3 ? $"{word}.AsInt32()" : $"({word} << {Code.Text(24 - (8 * part))}).AsInt32()")} >> 24)";
        }

        private string Weight(int vector, int word)
        {
            int stream = streams.StreamOf(vector);
            return Code.Load(slots[vector].Width, streams.Reference(stream), (word * streams.Lanes(stream)) + streams.Place(vector));
        }
    }
}
