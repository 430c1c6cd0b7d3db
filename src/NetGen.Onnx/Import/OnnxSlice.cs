using System;

namespace NetGen.Onnx.Import;

/// <summary>The rule by which ONNX reads a slice of an axis.</summary>
internal static class OnnxSlice
{
    /// <param name="size">The axis' length.</param>
    /// <param name="start">The first index; negative from the end.</param>
    /// <param name="end">The index after the last; negative from the end, and beyond either end cut off.</param>
    /// <param name="step">The distance; negative backward, never zero.</param>
    /// <returns>The first index, how many there are (0 for none), and their distance.</returns>
    public static (int Start, int Count, int Step) Of(int size, long start, long end, long step)
    {
        step = Math.Clamp(step, -(long)size - 1, (long)size + 1);
        long from = start < 0 ? Math.Max(start, -(long)size - 1) + size : start;
        long to = end < 0 ? Math.Max(end, -(long)size - 1) + size : end;
        from = Math.Clamp(from, 0, Math.Max(0, step > 0 ? size : size - 1));
        to = Math.Clamp(to, step > 0 ? 0 : -1, step > 0 ? size : Math.Max(-1, size - 1));
        long count = Math.Max(0, step > 0 ? (to - from + step - 1) / step : (from - to - step - 1) / -step);
        return ((int)Math.Min(from, Math.Max(0, size - 1)), (int)count, (int)step);
    }
}
