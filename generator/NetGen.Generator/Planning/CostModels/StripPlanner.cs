using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>
/// Decides which maps are streamed a strip of rows at a time, and how many rows that are. A map that the second-level cache does not
/// hold is otherwise written to the next one, or to memory, and read back.
/// </summary>
internal static class StripPlanner
{
    /// <summary>Whether a map is streamed in strips to what reads it in a window.</summary>
    public static bool IsWorth(Shape map, Window reader, PlanSizes sizes)
    {
        RowWindow window = RowWindow.Of(reader);
        int width = map.Width + reader.Padding.Left + reader.Padding.Right;
        return map.Length >= sizes.StripMap
            && map.Height > window.Height
            && window.Top < window.Height
            && window.Stride <= window.Height
            && (window != RowWindow.Single || reader.Padding.Bottom == 0)
            && (long)window.Height * width * LayoutPolicy.PixelStride(map.Channels) <= sizes.StripBuffers;
    }

    /// <summary>The rows of a strip's last result: as many as fit, or somewhat fewer that divide all of them evenly.</summary>
    /// <param name="maps">What is streamed, the window in which it is read, and the rows that are written at a time.</param>
    /// <param name="height">The rows of the last result.</param>
    /// <param name="mostFloats">What the line buffers may take together.</param>
    public static int ChooseRows(IReadOnlyList<(TensorView Map, RowWindow Window, int Unit)> maps, int height, int mostFloats)
    {
        int most = 1;
        while (most < height && HeldRows(maps, most + 1).Zip(maps, (rows, m) => (long)rows * m.Map.RowStride).Sum() <= mostFloats)
        {
            most++;
        }

        int even = Enumerable.Range(1, most).Last(r => height % r == 0);
        return even > most / 2 ? even : most;
    }

    /// <summary>
    /// The rows of each map that a strip needs at once: those that the rows of the next one reach, and those written together with them.
    /// </summary>
    public static int[] HeldRows(IReadOnlyList<(TensorView Map, RowWindow Window, int Unit)> maps, int rows)
    {
        var held = new int[maps.Count];
        for (int i = maps.Count - 1; i >= 0; i--)
        {
            (TensorView map, RowWindow window, int unit) = maps[i];
            rows = Math.Min(window.Reach(rows) + unit - 1, map.Height);
            held[i] = (rows + unit - 1) / unit * unit;
        }

        return held;
    }
}
