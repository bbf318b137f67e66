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

package dev.lumoauth.spring.mcp.server.autoconfigure;

import java.util.Collection;
import java.util.List;
import java.util.Objects;

import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnActivation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnMissingPart;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.concurrent.RememberedBean;
import dev.lumoauth.spring.http.LumoAuthConnector;
import dev.lumoauth.spring.mcp.server.McpServerSecurity;
import dev.lumoauth.spring.revocation.RevocationListener;
import dev.lumoauth.spring.tool.ToolGuard;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.ai.mcp.server.common.autoconfigure.annotations.McpServerAnnotationScannerAutoConfiguration;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.util.ClassUtils;

/**
 * Auto-configuration for the security of the application's own MCP server: with
 * {@code lumoauth.mcp.server.audience}, only callers with LumoAuth's token for this
 * server reach its endpoint. Other pages of the application stay as they are.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { LumoAuthAutoConfiguration.class, LumoAuthToolAutoConfiguration.class },
		// Spring Boot's default chain would not be there if another came first.
		afterName = { "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
				"org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration" })
@ConditionalOnClass(LumoAuthAutoConfiguration.class)
@Conditional(OnMcpServerSettings.class)
@EnableConfigurationProperties(LumoAuthMcpServerProperties.class)
public final class LumoAuthMcpServerAutoConfiguration {

	/** Whether methods can be prompts and resources. */
	private static final boolean ANNOTATIONS = ClassUtils.isPresent(
			"org.springframework.ai.mcp.server.common.autoconfigure.annotations.McpServerAnnotationScannerAutoConfiguration",
			LumoAuthMcpServerAutoConfiguration.class.getClassLoader());

	private static final Log logger = LogFactory.getLog(LumoAuthMcpServerAutoConfiguration.class);

	/**
	 * Not lazy, whatever the application's default is: errors show at start.
	 */
	@Bean
	@Lazy(false)
	McpServerRule lumoAuthMcpServerRule(LumoAuthMcpServerProperties properties, Environment environment,
			ListableBeanFactory beanFactory, ResourceLoader resources) {
		McpServerRule rule = new McpServerRule(properties);
		rule.check(Activation.of(environment, beanFactory), resources.getClassLoader());
		return rule;
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = { McpServerRule.MCP_SERVER, McpServerRule.RESOURCE_SERVER })
	@ConditionalOnActivation({ Activation.CONFIGURED, Activation.NAMED_ONLY, Activation.SERVER_ONLY })
	static class SecurityConfiguration {

		@Bean
		@ConditionalOnMissingPart
		McpServerSecurity lumoAuthMcpServerSecurity(McpServerRule rule, AgentRuntimes agents,
				LumoAuthProperties properties, ObjectProvider<ToolGuard> guard) {
			LumoAuthMcpServerProperties server = rule.properties();
			// If LumoAuth is asked about tools, no scope is known to be missing; and the
			// agent's permissions don't depend on the caller's token.
			boolean scopes = server.decideFor() == LumoAuthMcpServerProperties.DecideFor.CALLER
					&& server.decideBy() != LumoAuthMcpServerProperties.DecideBy.AUTHORIZE;
			LumoAuthConnector lumoAuth = agents.main().get(LumoAuthConnector.class);
			return McpServerSecurity
				.builder(lumoAuth.addresses(), Objects.requireNonNull(server.audience(), "audience"))
				.issuer(server.issuer())
				.resource(server.resource())
				.scopes(server.scopes())
				.hosts(server.allowedHosts())
				.origins(server.allowedOrigins())
				.proofRequired(server.dpopRequired())
				.maxSessions(server.sessions().max())
				.maxBody((int) server.maxRequestSize().toBytes())
				.challengeMissingScopes(scopes ? RememberedBean.of(guard) : null)
				.maxRequestsPerCaller(server.maxRequestsPerCaller())
				.maxWait(properties.maxWait())
				.build(lumoAuth.requestFactory());
		}

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static BeanPostProcessor lumoAuthMcpServerPostProcessor(ObjectProvider<McpServerSecurity> security,
				ObjectProvider<ToolGuard> guard, ListableBeanFactory beanFactory) {
			return McpServerSecurity.postProcessors(security::getObject, RememberedBean.of(guard),
					() -> ANNOTATIONS ? AnnotatedBeans.of(beanFactory) : List.of());
		}

		@Bean
		RevocationListener lumoAuthMcpServerRevocations(McpServerSecurity security) {
			return security.revocations();
		}

		/**
		 * Creates the transports, which register their paths, before the first request
		 * arrives.
		 */
		@Bean
		@Lazy(false)
		SmartInitializingSingleton lumoAuthMcpServerStart(McpServerSecurity security, McpServerRule rule,
				ListableBeanFactory beanFactory) {
			return () -> {
				McpServerRule.checkServed(security, beanFactory);
				logger.info("The MCP server at %s accepts only tokens for '%s' (lumoauth.mcp.server.audience)."
					.formatted(String.join(" and ", security.paths()), rule.properties().audience()));
			};
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
		@Import({ OtherPages.Servlet.class, OtherPages.ServletWithoutSecurity.class })
		static class ServletConfiguration {

			@Bean
			@Order(Ordered.HIGHEST_PRECEDENCE)
			SecurityFilterChain lumoAuthMcpServerFilterChain(HttpSecurity http, McpServerSecurity security) {
				return McpServerSecurity.Servlet.chain(http, security);
			}

		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
		@Import({ OtherPages.Reactive.class, OtherPages.ReactiveWithoutSecurity.class })
		static class ReactiveConfiguration {

			@Bean
			@Order(Ordered.HIGHEST_PRECEDENCE)
			SecurityWebFilterChain lumoAuthMcpServerFilterChain(ServerHttpSecurity http, McpServerSecurity security) {
				return McpServerSecurity.Reactive.chain(http, security);
			}

		}

	}

	/**
	 * The beans that Spring AI has found. Loaded only where Spring AI looks for them.
	 */
	private static final class AnnotatedBeans {

		static Collection<Object> of(ListableBeanFactory beanFactory) {
			return beanFactory.getBeansOfType(McpServerAnnotationScannerAutoConfiguration.ServerMcpAnnotatedBeans.class)
				.values()
				.stream()
				.flatMap((found) -> found.getAllAnnotatedBeans().stream())
				.toList();
		}

	}

}
