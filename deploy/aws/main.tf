# Endure on ECS Fargate, with RDS for PostgreSQL and ElastiCache, behind an Application Load Balancer.
# Nothing here knows what the resources of AWS may have: npm run check parses this file (terraform fmt) where there is
# a terraform, and containers.json. "terraform init && terraform validate" needs the AWS provider.
#
# The secrets exist before, in Secrets Manager, each a plain text under endure/: database-url, redis-url, cluster-secret,
# jwt-secret, admin-password, and database-password, redis-password of which the first two are made:
#   openssl rand -hex 32 | tr -d '\n' | aws secretsmanager create-secret --name endure/jwt-secret --secret-string file:///dev/stdin
#   postgresql://endure:<database-password>@<database output>/endure?sslmode=verify-full&sslrootcert=/etc/ssl/rds.pem and rediss://:<redis-password>@<redis output>
# The image has Amazon's certificates at that place: docs/deployment.md says how.
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

variable "region" { type = string }
variable "image" { type = string }
variable "vpc_id" { type = string }
variable "public_subnet_ids" { type = list(string) }
variable "private_subnet_ids" { type = list(string) }
variable "certificate_arn" { type = string }

provider "aws" {
  region = var.region
}

data "aws_vpc" "main" {
  id = var.vpc_id
}

data "aws_secretsmanager_secret" "endure" {
  for_each = toset(["database-url", "redis-url", "cluster-secret", "jwt-secret", "admin-password"])
  name     = "endure/${each.key}"
}

# These two go into the state of terraform: keep it encrypted.
data "aws_secretsmanager_secret_version" "database_password" {
  secret_id = "endure/database-password"
}

data "aws_secretsmanager_secret_version" "redis_password" {
  secret_id = "endure/redis-password"
}

# Who may talk to whom: world → balancer → processes → stores, and the processes to each other for the relay.
resource "aws_security_group" "balancer" {
  name   = "endure-balancer"
  vpc_id = var.vpc_id
}

resource "aws_security_group" "app" {
  name   = "endure-app"
  vpc_id = var.vpc_id
}

resource "aws_security_group" "stores" {
  name   = "endure-stores"
  vpc_id = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "balancer" {
  security_group_id = aws_security_group.balancer.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "app" {
  for_each                     = { balancer = aws_security_group.balancer.id, app = aws_security_group.app.id }
  security_group_id            = aws_security_group.app.id
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 2567
  to_port                      = 2567
}

resource "aws_vpc_security_group_ingress_rule" "stores" {
  for_each                     = { postgres = 5432, redis = 6379 }
  security_group_id            = aws_security_group.stores.id
  referenced_security_group_id = aws_security_group.app.id
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
}

resource "aws_vpc_security_group_egress_rule" "all" {
  for_each          = { balancer = aws_security_group.balancer.id, app = aws_security_group.app.id }
  security_group_id = each.value
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_db_subnet_group" "main" {
  name       = "endure"
  subnet_ids = var.private_subnet_ids
}

resource "aws_db_instance" "main" {
  identifier                = "endure"
  engine                    = "postgres"
  engine_version            = "17"
  instance_class            = "db.t4g.micro"
  allocated_storage         = 20
  max_allocated_storage     = 100
  storage_encrypted         = true
  db_name                   = "endure"
  username                  = "endure"
  password                  = data.aws_secretsmanager_secret_version.database_password.secret_string
  db_subnet_group_name      = aws_db_subnet_group.main.name
  vpc_security_group_ids    = [aws_security_group.stores.id]
  backup_retention_period   = 7
  deletion_protection       = true
  final_snapshot_identifier = "endure-final"
}

resource "aws_elasticache_subnet_group" "main" {
  name       = "endure"
  subnet_ids = var.private_subnet_ids
}

resource "aws_elasticache_parameter_group" "main" {
  name   = "endure"
  family = "redis7"

  parameter {
    name  = "maxmemory-policy"
    value = "noeviction"
  }
}

# ElastiCache writes no append-only file. Its safety is the second node: what the first had not yet passed on when it
# failed is lost, and battles go on from before it. Where that is too much, run redis.conf on EC2 with a disk.
resource "aws_elasticache_replication_group" "main" {
  replication_group_id       = "endure"
  description                = "Battles that are being played"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.t4g.micro"
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  transit_encryption_enabled = true
  at_rest_encryption_enabled = true
  auth_token                 = data.aws_secretsmanager_secret_version.redis_password.secret_string
  parameter_group_name       = aws_elasticache_parameter_group.main.name
  subnet_group_name          = aws_elasticache_subnet_group.main.name
  security_group_ids         = [aws_security_group.stores.id]
}

resource "aws_cloudwatch_log_group" "main" {
  name              = "endure"
  retention_in_days = 30
}

data "aws_iam_policy_document" "task" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "execution" {
  name               = "endure-execution"
  assume_role_policy = data.aws_iam_policy_document.task.json
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role_policy" "secrets" {
  role = aws_iam_role.execution.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "secretsmanager:GetSecretValue"
      Resource = [for secret in data.aws_secretsmanager_secret.endure : secret.arn]
    }]
  })
}

resource "aws_ecs_cluster" "main" {
  name = "endure"
}

resource "aws_ecs_task_definition" "main" {
  family                   = "endure"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 1024
  memory                   = 2048
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions = templatefile("${path.module}/containers.json", {
    image           = var.image
    region          = var.region
    log_group       = aws_cloudwatch_log_group.main.name
    trusted_proxies = data.aws_vpc.main.cidr_block
    database_url    = data.aws_secretsmanager_secret.endure["database-url"].arn
    redis_url       = data.aws_secretsmanager_secret.endure["redis-url"].arn
    cluster_secret  = data.aws_secretsmanager_secret.endure["cluster-secret"].arn
    jwt_secret      = data.aws_secretsmanager_secret.endure["jwt-secret"].arn
    admin_password  = data.aws_secretsmanager_secret.endure["admin-password"].arn
  })
}

resource "aws_ecs_service" "main" {
  name                               = "endure"
  cluster                            = aws_ecs_cluster.main.id
  task_definition                    = aws_ecs_task_definition.main.arn
  launch_type                        = "FARGATE"
  desired_count                      = 2
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 150
  health_check_grace_period_seconds  = 60

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets         = var.private_subnet_ids
    security_groups = [aws_security_group.app.id]
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.main.arn
    container_name   = "endure"
    container_port   = 2567
  }
}

resource "aws_lb" "main" {
  name            = "endure"
  subnets         = var.public_subnet_ids
  security_groups = [aws_security_group.balancer.id]
  # The server pings its WebSockets every 3 s.
  idle_timeout = 60
}

resource "aws_lb_target_group" "main" {
  name        = "endure"
  port        = 2567
  protocol    = "HTTP"
  vpc_id      = var.vpc_id
  target_type = "ip"
  # A process that stops hands its battles over at once: nothing is to be waited for.
  deregistration_delay = 5

  health_check {
    path                = "/health/ready"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "main" {
  load_balancer_arn = aws_lb.main.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.main.arn
  }
}

output "database" {
  value = aws_db_instance.main.endpoint
}

output "redis" {
  value = "${aws_elasticache_replication_group.main.primary_endpoint_address}:6379"
}

output "address" {
  value = aws_lb.main.dns_name
}
