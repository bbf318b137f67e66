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

package dev.lumoauth.spring.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.lumoauth.spring.agent.AgentFeature;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.budget.BudgetSource;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the parts of agents as beans: who replaces them, and when they are closed.
 */
class AgentPartsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class))
		.withPropertyValues("lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=secret-1",
				"lumoauth.agents.trade.client-id=agt_t", "lumoauth.agents.trade.client-secret=secret-t",
				"lumoauth.verify-at-start=off");

	@Test
	void partsAreClosedOnceAndBeforeWhatTheyUse() {
		List<String> closed = new CopyOnWriteArrayList<>();
		this.runner.withBean("closed", List.class, () -> closed).withUserConfiguration(Parts.class).run((context) -> {
			AgentRuntimes agents = context.getBean(AgentRuntimes.class);
			assertThat(context.getBean("part")).isSameAs(agents.main().get(Part.class));
			assertThat(context.getBean("part.trade")).isSameAs(agents.named("trade").get(Part.class));
		});
		assertThat(closed).containsExactly("part", "part", "store");
	}

	/**
	 * Of which the application has several, none is in place of a part.
	 */
	@Test
	void severalBeansOfTheTypeOfAPartReplaceNothing() {
		this.runner.withBean("one", BudgetSource.class, () -> () -> {
			throw new IllegalStateException("one");
		}).withBean("other", BudgetSource.class, () -> () -> {
			throw new IllegalStateException("other");
		}).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(BudgetMonitor.class)).isNotNull();
			assertThat(context.getBean(AgentRuntimes.class).main().get(BudgetSource.class))
				.isNotIn(context.getBeansOfType(BudgetSource.class).values());
		});
	}

	@Test
	void theOneBeanOfTheTypeOfAPartReplacesIt() {
		this.runner.withBean("one", BudgetSource.class, () -> () -> {
			throw new IllegalStateException("one");
		})
			.run((context) -> assertThat(context.getBean(AgentRuntimes.class).main().get(BudgetSource.class))
				.isSameAs(context.getBean("one")));
	}

	@Configuration(proxyBeanMethods = false)
	@Import(NamedParts.class)
	static class Parts {

		/**
		 * Made after the agents, with the first part.
		 */
		@Bean
		@Lazy
		Store store(List<String> closed) {
			return new Store(closed);
		}

		@Bean
		AgentFeature feature(ObjectProvider<Store> store) {
			return (agent) -> agent.provide(Part.class, (runtime) -> new Part(store.getObject()));
		}

		@Bean(destroyMethod = "")
		@Lazy
		Part part(AgentRuntimes agents) {
			return agents.main().own(Part.class);
		}

	}

	static final class NamedParts extends NamedAgentBeans {

		NamedParts() {
			super("part", Part.class);
		}

	}

	record Store(List<String> closed) implements AutoCloseable {

		@Override
		public void close() {
			this.closed.add("store");
		}

	}

	static final class Part implements AutoCloseable {

		private final Store store;

		Part(Store store) {
			this.store = store;
		}

		@Override
		public void close() {
			this.store.closed().add("part");
		}

	}

}
