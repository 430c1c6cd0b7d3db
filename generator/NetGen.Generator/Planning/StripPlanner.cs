using System;
using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Planning;

/// <summary>
/// Decides which maps are handed on a strip of rows at a time, and how many rows that are. A map that the second-level cache does not
/// hold is otherwise written to the next one, or to memory, and read back.
/// </summary>
internal static class StripPlanner
{
    /// <summary>Maps of fewer floats, up to a megabyte, are left whole: most second-level caches hold them.</summary>
    private const int LeastFloats = 1 << 18;

    /// <summary>What a strip's line buffers may take together; a quarter of a megabyte leaves room for what is read and written beside them.</summary>
    private const int MostFloats = 1 << 16;

    /// <summary>
    /// Whether a map is handed on in strips to a convolution: a depthwise one, whose kernel finds its rows in a ring, or one over single
    /// rows.
    /// </summary>
    public static bool IsWorth(Shape map, ConvolutionOperation reader)
    {
        RowWindow window = RowWindow.Of(reader.Window);
        Border padding = reader.Window.Padding;
        int width = map.Width + padding.Left + padding.Right;
        return map.Length >= LeastFloats
            && map.Height > window.Height
            && padding.Top < window.Height
            && (reader.IsDepthwise(map) ? window.Height > window.Stride : window == new RowWindow(1, 1) && padding.Top + padding.Bottom == 0)
            && (long)window.Height * width * Tier.PixelStride(map.Channels) <= MostFloats;
    }

    /// <summary>The rows of a strip's last result: as many as fit, or somewhat fewer that divide all of them evenly.</summary>
    /// <param name="maps">What is handed on, and the window in which it is read.</param>
    /// <param name="height">The rows of the last result.</param>
    public static int ChooseRows(IReadOnlyList<(TensorView Map, RowWindow Window)> maps, int height)
    {
        int most = 1;
        while (most < height && HeldRows(maps, most + 1).Zip(maps, (rows, m) => (long)rows * m.Map.RowStride).Sum() <= MostFloats)
        {
            most++;
        }

        int even = Enumerable.Range(1, most).Last(r => height % r == 0);
        return even > most / 2 ? even : most;
    }

    /// <summary>The rows of each map that a strip needs at once: those that the rows of the next one reach.</summary>
    public static int[] HeldRows(IReadOnlyList<(TensorView Map, RowWindow Window)> maps, int rows)
    {
        var held = new int[maps.Count];
        for (int i = maps.Count - 1; i >= 0; i--)
        {
            rows = Math.Min(maps[i].Window.Reach(rows), maps[i].Map.Height);
            held[i] = rows;
        }

        return held;
    }
}
