"""What is tried: word segmentation, features, embedders and classifiers, all scikit-learn estimators."""
