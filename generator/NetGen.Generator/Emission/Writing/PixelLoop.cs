using System;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>A reference that goes from pixel to pixel.</summary>
/// <param name="Name">Its name at the start of a row; within the row, <c>Pixel</c> follows that.</param>
/// <param name="RowStride">The floats from a row to the next; 0 where all rows are the same.</param>
/// <param name="PixelStride">The floats from a pixel to the next; 0 where all pixels of a row are the same.</param>
internal sealed record PixelReference(string Name, long RowStride, long PixelStride)
{
    /// <summary>A reference to a whole map.</summary>
    public PixelReference(string name, TensorView map)
        : this(name, map.RowStride, map.PixelStride)
    {
    }
}

/// <summary>
/// The loops over rows and columns, in which references go from pixel to pixel. Where both are there, a row's references are <c>xPixel</c>,
/// <c>yPixel</c> and so on; else those to the map itself go.
/// </summary>
internal readonly struct PixelLoop : IDisposable
{
    private readonly CodeWriter.Scope rows;
    private readonly CodeWriter.Scope columns;

    /// <summary>Opens both loops, unless they would run once.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="height">The rows.</param>
    /// <param name="width">The columns.</param>
    /// <param name="references">The references, at the first row.</param>
    public PixelLoop(CodeWriter writer, int height, int width, params PixelReference[] references)
        : this(writer, isShared: false, height, width, references)
    {
    }

    /// <summary>The same over all rows, or a thread's share of them.</summary>
    public PixelLoop(CodeWriter writer, bool isShared, int height, int width, params PixelReference[] references)
    {
        rows = writer.ForUnits("row", height, isShared, Moved(references, "", r => r.RowStride));
        string suffix = rows.IsBlock && width > 1 ? "Pixel" : "";
        if (suffix.Length > 0)
        {
            foreach (PixelReference reference in references)
            {
                writer.Line($"ref float {reference.Name}Pixel = ref {reference.Name};");
            }
        }

        columns = writer.For("column", width, Moved(references, suffix, r => r.PixelStride));
        Suffix = suffix;
    }

    /// <summary>What follows the references' names.</summary>
    public string Suffix { get; }

    private static (string, long)[] Moved(PixelReference[] references, string suffix, Func<PixelReference, long> stride)
    {
        (string, long)[] moved = [];
        foreach (PixelReference reference in references)
        {
            moved = stride(reference) > 0 ? CodeWriter.Append(moved, (reference.Name + suffix, stride(reference))) : moved;
        }

        return moved;
    }

    /// <summary>Moves the references on, and closes both loops.</summary>
    public void Dispose()
    {
        columns.Dispose();
        rows.Dispose();
    }
}
