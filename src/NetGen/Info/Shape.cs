using System;
using System.Globalization;

namespace NetGen;

/// <summary>The shape of what flows between two layers: an image of channels × height × width, or a vector of features.</summary>
public readonly struct Shape : IEquatable<Shape>
{
    /// <summary>The shape of an image.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="width">The width in pixels.</param>
    public Shape(int channels, int height, int width)
    {
        Channels = channels;
        Height = height;
        Width = width;
        IsVector = false;
    }

    /// <summary>The shape of a vector.</summary>
    /// <param name="features">Its length.</param>
    public Shape(int features)
    {
        Channels = features;
        Height = 1;
        Width = 1;
        IsVector = true;
    }

    /// <summary>The channels of an image, or the features of a vector.</summary>
    public int Channels { get; }

    /// <summary>The height of an image; 1 for a vector.</summary>
    public int Height { get; }

    /// <summary>The width of an image; 1 for a vector.</summary>
    public int Width { get; }

    /// <summary>Whether this is a vector rather than an image.</summary>
    public bool IsVector { get; }

    /// <summary>The number of values: channels · height · width.</summary>
    public int Length => Channels * Height * Width;

    /// <summary>Whether two shapes are equal.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Shape other) =>
        Channels == other.Channels && Height == other.Height && Width == other.Width && IsVector == other.IsVector;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Channels, Height, Width, IsVector);

    /// <summary>The shape as <c>C×H×W</c>, or the number of features of a vector.</summary>
    public override string ToString() => IsVector
        ? Channels.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Channels}×{Height}×{Width}");
}
