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

package dev.lumoauth.docs.testing;

import java.lang.reflect.Method;
import java.util.List;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.test.LumoAuthDevServer;
import dev.lumoauth.spring.test.WithDevServer;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.test.context.TestContextManager;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What docs/testing.md says of the dev server, with tests that are run by hand.
 */
class DevServerIT {

	@Test
	void undoesWhatATestChanged() throws Exception {
		TestRun run = new TestRun(OnTheDevServer.class);
		LumoAuthDevServer server = run.bean(LumoAuthDevServer.class);
		LumoAuthAgent agent = run.bean(LumoAuthAgent.class);
		run.begin();
		server.revoke("read:documents");
		server.grant("write:documents");
		server.exhaustBudget();
		assertThat(agent.hasCapability("read:documents")).isFalse();
		assertThat(agent.hasCapability("write:documents")).isTrue();
		assertThat(agent.isBudgetExhausted()).isTrue();
		server.unavailable(true);
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(() -> agent.hasCapability("mcp:financial"));
		run.end();
		run.begin();
		assertThat(agent.hasCapability("read:documents")).isTrue();
		assertThat(agent.hasCapability("write:documents")).isFalse();
		assertThat(agent.isBudgetExhausted()).isFalse();
		run.end();
	}

	@Test
	void isOneForAllTests() throws Exception {
		LumoAuthDevServer server = new TestRun(OnTheDevServer.class).bean(LumoAuthDevServer.class);
		LumoAuthDevServer same = new TestRun(OnTheSameDevServer.class).bean(LumoAuthDevServer.class);
		assertThat(same).isNotSameAs(server);
		assertThat(same.url()).isEqualTo(server.url());
		assertThat(LumoAuthDevServer.start().getUrl()).isEqualTo(server.url().toString());
	}

	@Test
	void givesTheNewServerMoreTimeUnlessTheApplicationSaysHowMuch() throws Exception {
		MutablePropertySources sources = new TestRun(OnALibrary.class).bean(ConfigurableEnvironment.class)
			.getPropertySources();
		List<String> found = sources.stream()
			.filter((source) -> source.getProperty("lumoauth.max-wait") != null)
			.map(PropertySource::getName)
			.toList();
		assertThat(found).endsWith("lumoauth-test-defaults");
		assertThat(sources.get("lumoauth-test-defaults").getProperty("lumoauth.max-wait")).isEqualTo("30s");
	}

	@Test
	void servesAFileOfTheTests() throws Exception {
		TestRun run = new TestRun(OnALibrary.class);
		assertThat(run.bean(LumoAuthDevServer.class).tenant()).isEqualTo("library");
		assertThat(run.bean(LumoAuthAgent.class).info().agentId()).isEqualTo("agt_librarian");
		assertThat(run.bean(LumoAuthAgent.class).hasCapability("lend:books")).isTrue();
	}

	@Test
	void saysWhyItDidNotStart() {
		assertThatIllegalStateException().isThrownBy(() -> new TestRun(OnNothing.class))
			.withStackTraceContaining("its file 'classpath:nothing.yml' can't be read");
		assertThatIllegalStateException().isThrownBy(() -> new TestRun(OnSomethingElse.class))
			.withStackTraceContaining("The LumoAuth dev server did not start: dev: 'dev.tenants' lists no tenant");
	}

	/**
	 * What JUnit would do.
	 */
	private static final class TestRun {

		private final TestContextManager manager;

		private final Object instance = new Object();

		private final Method method;

		TestRun(Class<?> testClass) throws NoSuchMethodException {
			this.manager = new TestContextManager(testClass);
			this.method = Object.class.getMethod("toString");
			context();
		}

		private ApplicationContext context() {
			return this.manager.getTestContext().getApplicationContext();
		}

		<T> T bean(Class<T> type) {
			return context().getBean(type);
		}

		void begin() throws Exception {
			this.manager.beforeTestMethod(this.instance, this.method);
		}

		void end() throws Exception {
			this.manager.afterTestMethod(this.instance, this.method, null);
		}

	}

	@SpringBootTest(classes = AnalystApplication.class)
	@TestPropertySource(properties = "spring.config.name=testing")
	@WithDevServer
	static class OnTheDevServer {

	}

	@SpringBootTest(classes = AnalystApplication.class, properties = "another.context=true")
	@TestPropertySource(properties = "spring.config.name=testing")
	@WithDevServer
	static class OnTheSameDevServer {

	}

	@SpringBootTest(classes = AnalystApplication.class)
	@TestPropertySource(properties = "spring.config.name=testing")
	@WithDevServer(config = "classpath:dev-server.yml")
	static class OnALibrary {

	}

	@SpringBootTest(classes = AnalystApplication.class)
	@WithDevServer(config = "classpath:nothing.yml")
	static class OnNothing {

	}

	@SpringBootTest(classes = AnalystApplication.class)
	@WithDevServer(config = "classpath:dev-server-misspelt.yml")
	static class OnSomethingElse {

	}

}
