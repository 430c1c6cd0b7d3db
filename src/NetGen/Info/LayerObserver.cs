using System;

namespace NetGen;

/// <summary>Receives one layer's activation while a network runs.</summary>
/// <param name="layer">The layer that has just been computed.</param>
/// <param name="activation">Its output in NCHW order; valid only during the call.</param>
public delegate void LayerObserver(LayerInfo layer, ReadOnlySpan<float> activation);
