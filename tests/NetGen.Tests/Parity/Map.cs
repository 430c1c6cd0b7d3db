extern alias generator;

using System;

namespace NetGen.Tests.Parity;

using Shape = generator::NetGen.Generator.Graphs.Shape;

/// <summary>A value of the interpreter: channels × height × width numbers in NCHW order. A vector is a map of one pixel.</summary>
internal sealed class Map(Shape shape, double[] values)
{
    public Map(Shape shape)
        : this(shape, new double[shape.Length])
    {
    }

    public Shape Shape { get; } = shape;

    public int Channels => Shape.Channels;

    public int Height => Shape.Height;

    public int Width => Shape.Width;

    public double[] Values { get; } = values;

    public double this[int channel, int y, int x]
    {
        get => Values[Index(channel, y, x)];
        set => Values[Index(channel, y, x)] = value;
    }

    /// <summary>The value at a place, and zero outside the map.</summary>
    public double Padded(int channel, int y, int x) => Contains(y, x) ? this[channel, y, x] : 0;

    /// <summary>One row of a channel.</summary>
    public ReadOnlySpan<double> Row(int channel, int y) => Values.AsSpan(Index(channel, y, 0), Width);

    public bool Contains(int y, int x) => y >= 0 && y < Height && x >= 0 && x < Width;

    /// <summary>A map of which each value is a function of its place.</summary>
    public static Map Of(Shape shape, Func<int, int, int, double> value)
    {
        var map = new Map(shape);
        for (int c = 0; c < shape.Channels; c++)
        {
            for (int y = 0; y < shape.Height; y++)
            {
                for (int x = 0; x < shape.Width; x++)
                {
                    map[c, y, x] = value(c, y, x);
                }
            }
        }

        return map;
    }

    private int Index(int channel, int y, int x) => (((channel * Height) + y) * Width) + x;
}
