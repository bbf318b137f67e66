/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.tool;

import dev.lumoauth.spring.concurrent.RememberedBean;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;

/**
 * The guard around beans that are tools, and around the tools of the application's own
 * MCP server.
 *
 * @since 0.1.0
 */
@Configuration(proxyBeanMethods = false)
public class ToolBeansConfiguration {

	@Bean
	static ToolBeanPostProcessor lumoAuthToolBeanPostProcessor(ObjectProvider<ToolGuard> guard,
			ConfigurableListableBeanFactory beanFactory) {
		return new ToolBeanPostProcessor(RememberedBean.of(guard), beanFactory, ToolBeans::new);
	}

	@Bean
	GuardedBeanTools lumoAuthGuardedBeanTools(ConfigurableListableBeanFactory beanFactory, ToolGuard guard) {
		return new GuardedBeanTools(beanFactory, guard);
	}

	/**
	 * Loaded only where the application may have an MCP server of its own.
	 */
	@Configuration(proxyBeanMethods = false)
	@Conditional(OnMcpServer.class)
	static class McpServerConfiguration {

		@Bean
		static ToolBeanPostProcessor lumoAuthMcpToolPostProcessor(ObjectProvider<ToolGuard> guard,
				ConfigurableListableBeanFactory beanFactory) {
			return new ToolBeanPostProcessor(RememberedBean.of(guard), beanFactory, McpSpecifications::new);
		}

	}

	static class OnMcpServer implements Condition {

		@Override
		public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
			return ClassUtils.isPresent("io.modelcontextprotocol.server.McpServerFeatures", context.getClassLoader());
		}

	}

}
