"""0～6岁儿童健康管理: free health checks of children."""
