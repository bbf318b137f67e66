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

package dev.lumoauth.spring.redis.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.redis.SharedTokenStore;
import dev.lumoauth.spring.token.cache.SharedTokens;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.NestedExceptionUtils;

import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tokens that are shared by a store of the application's own.
 */
class StoredTokensConfigurationTests {

	private static final String KEY = "lumoauth.token-store.encryption-key=MDEyMzQ1Njc4OS0wMTIzNDU2Nzg5LTAxMjM0NTY3ODk=";

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final ApplicationContextRunner unconfigured = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthRedisAutoConfiguration.class))
		.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
				"lumoauth.client-secret=s3cret-MARKER");

	private final ApplicationContextRunner runner = this.unconfigured.withBean(SharedTokenStore.class, MapStore::new)
		.withPropertyValues(KEY);

	@Test
	void isOffByDefault() {
		this.unconfigured.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(SharedTokens.class)
			.doesNotHaveBean(SharedTokenStore.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "lumoauth.token-store.encryption-key=MARKER!", "lumoauth.token-store.encryption-key=",
			"lumoauth.token-store.encryption-key=TUFSS0VSLW9mLW9ubHktMjQtYnl0ZXMh" })
	void refusesToStartWithAKeyThatIsNone(String key) {
		expectProblem(this.runner.withPropertyValues(key),
				"lumoauth.token-store.encryption-key is not 32 bytes or more in Base64.", "openssl rand -base64 32");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0s", "-1s", "10001ms", "300000000d" })
	void refusesToStartWithATimeoutThatIsNone(String timeout) {
		expectProblem(this.runner.withPropertyValues("lumoauth.token-store.timeout=" + timeout),
				"lumoauth.token-store.timeout is ", "such as 1s");
	}

	@Test
	void namesTheVariableOfTheKeyThatIsNotSet() {
		expectProblem(this.runner.withPropertyValues("lumoauth.token-store.encryption-key=${STORE_KEY}"),
				"lumoauth.token-store.encryption-key is the placeholder '${STORE_KEY}'", "environment variable");
	}

	@Test
	void refusesToStartWithoutAKey() {
		expectProblem(this.unconfigured.withBean(SharedTokenStore.class, MapStore::new),
				"lumoauth.token-store.encryption-key is not set", "openssl rand -base64 32");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void takesAStoreOfTheApplicationsOwn(boolean ofTheParent) {
		MapStore store = new MapStore();
		ApplicationContextRunner withStore = new ApplicationContextRunner().withBean(SharedTokenStore.class,
				() -> store);
		ApplicationContextRunner replica = this.unconfigured.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(),
				KEY);
		lumoAuth.stubFor(post(WireAgent.TOKEN).willReturn(WireAgent.token("agent-MARKER", 3600)));
		if (ofTheParent) {
			withStore.run((parent) -> replica.withParent(parent).run((context) -> usesStore(context, store)));
		}
		else {
			replica.withBean(SharedTokenStore.class, () -> store).run((context) -> usesStore(context, store));
		}
	}

	private static void usesStore(ApplicationContext context, MapStore store) throws InterruptedException {
		assertThat(store.connected.await(60, TimeUnit.SECONDS)).as("asked before the first token").isTrue();
		context.getBean(LumoAuthTokens.class).agentToken();
		assertThat(store.values).hasSize(1);
	}

	private static void expectProblem(ApplicationContextRunner runner, String description, String action) {
		runner.run((context) -> {
			Throwable cause = NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure());
			assertThat(cause).isInstanceOfSatisfying(InvalidLumoAuthConfigurationException.class,
					(invalid) -> assertThat(invalid.problems()).singleElement().satisfies((problem) -> {
						assertThat(problem.description()).contains(description).doesNotContain("MARKER");
						assertThat(problem.action()).contains(action);
					}));
		});
	}

	private static final class MapStore implements SharedTokenStore {

		private final Map<String, byte[]> values = new ConcurrentHashMap<>();

		private final CountDownLatch connected = new CountDownLatch(1);

		@Override
		public byte[] find(String name) {
			return this.values.get(name);
		}

		@Override
		public void save(String name, byte[] value, Duration life) {
			this.values.put(name, value);
		}

		@Override
		public void remove(String name, byte[] value) {
		}

		@Override
		public boolean lock(String name, String holder, Duration life) {
			this.connected.countDown();
			return true;
		}

		@Override
		public void unlock(String name, String holder) {
		}

	}

}
