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

package dev.lumoauth.spring.test;

import dev.lumoauth.spring.http.LumoAuthRequestFactory;
import dev.lumoauth.spring.revocation.RevocationRelay;
import dev.lumoauth.spring.test.approval.TestApprovals;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Connects an application context to answers of LumoAuth from memory.
 */
final class InMemoryConnection {

	static final String PREFIX = "lumoAuthTest";

	/** Whether the application has approvals, whose types can't be loaded otherwise. */
	static final boolean HAS_APPROVALS = ClassUtils.isPresent("dev.lumoauth.spring.approval.ApprovalChannel",
			InMemoryConnection.class.getClassLoader());

	private final TestAgent agent;

	InMemoryConnection(TestAgent agent) {
		this.agent = agent;
	}

	void addTo(ConfigurableApplicationContext context) {
		// Before anything replaces the application's settings.
		TestConnectionDetails details = TestConnectionDetails.of(context.getEnvironment());
		TestProperties.addInMemory(context.getEnvironment(), details);
		BeanDefinitionRegistry registry = (BeanDefinitionRegistry) context.getBeanFactory();
		register(registry, "Agent", new RootBeanDefinition(TestAgent.class, () -> this.agent));
		register(registry, "RequestFactory",
				new RootBeanDefinition(LumoAuthRequestFactory.class, () -> new InMemoryLumoAuth(this.agent)));
		if (HAS_APPROVALS) {
			register(registry, "Approvals", TestApprovals.definition(() -> new TestApprovals(this.agent::reviewers,
					this.agent::decision, () -> this.agent.noTurn() != null)));
		}
		register(registry, "Users",
				new RootBeanDefinition(JwtRequestUsers.class, () -> new JwtRequestUsers(this.agent)));
		register(registry, "UnansweredQuestions",
				new RootBeanDefinition(UnansweredQuestions.class, () -> new UnansweredQuestions(this.agent)));
		register(registry, "TurnCheck", new RootBeanDefinition(TurnCheck.class, () -> new TurnCheck(this.agent)));
		register(registry, "CarriedTurns", new RootBeanDefinition(CarriedTurns.class, CarriedTurns::new));
		if (McpServers.isSupported()) {
			McpServers.register(registry, context);
		}
		// No other replica is told of what a test revokes.
		register(registry, "RevocationRelay", new RootBeanDefinition(RevocationRelay.class, () -> (id, life, all) -> {
		}));
		ReplacedConnectionDetails.register(registry, PREFIX + "ConnectionDetails", details);
		register(registry, "AutoConfigurations", new RootBeanDefinition(LumoAuthAutoConfigurations.class));
	}

	static void register(BeanDefinitionRegistry registry, String name, RootBeanDefinition definition) {
		registry.registerBeanDefinition(PREFIX + name, definition);
	}

}
