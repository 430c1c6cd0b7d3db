namespace NetGen.Generator.Graphs;

/// <summary>The ids of everything that can be wrong with a network. Each has a descriptor, a help page and tests.</summary>
internal static class ProblemIds
{
    public const string NotPartial = "NG1001";
    public const string Generic = "NG1002";
    public const string Static = "NG1003";
    public const string Abstract = "NG1004";
    public const string NoInput = "NG1005";
    public const string SeveralInputs = "NG1006";
    public const string NoLayers = "NG1007";
    public const string ChannelMismatch = "NG1008";
    public const string FeatureMismatch = "NG1009";
    public const string GroupsDoNotDivide = "NG1010";
    public const string NotPositive = "NG1011";
    public const string NegativePadding = "NG1012";
    public const string KernelTooLarge = "NG1013";
    public const string PoolPaddingTooLarge = "NG1014";
    public const string DenseOnImage = "NG1015";
    public const string TooLarge = "NG1016";
    public const string ImageExpected = "NG1017";
    public const string DuplicateName = "NG1018";
    public const string BadName = "NG1019";
    public const string OutOfRange = "NG1020";
    public const string SamePadding = "NG1021";
    public const string InputNotFirst = "NG1022";
    public const string SeveralDeclarations = "NG1023";
    public const string ContainerNotPartial = "NG1024";
    public const string FileLocal = "NG1025";
    public const string NoNetwork = "NG1026";
    public const string UnknownName = "NG1027";
    public const string ForwardName = "NG1028";
    public const string ShapesDoNotCombine = "NG1029";
    public const string ShapesDoNotConcat = "NG1030";
    public const string UnusedResult = "NG1031";
    public const string BlockRecursion = "NG1032";
    public const string UnboundParam = "NG1033";
    public const string UnusedParam = "NG1034";
    public const string TooFewNames = "NG1035";
    public const string NotInBlock = "NG1036";
    public const string NotABlock = "NG1037";
    public const string TooManyLayers = "NG1038";
    public const string SliceOutside = "NG1039";
    public const string DoesNotDivide = "NG1040";
    public const string OutputPaddingTooLarge = "NG1041";
    public const string OverBudget = "NG1042";
    public const string NoWeightFile = "NG1043";
    public const string DamagedWeightFile = "NG1044";
    public const string MissingTensor = "NG1045";
    public const string TensorShape = "NG1046";
    public const string TensorType = "NG1047";
    public const string UnusedTensor = "NG1048";
    public const string MemberName = "NG1049";
    public const string OwnConstructor = "NG1050";
}
