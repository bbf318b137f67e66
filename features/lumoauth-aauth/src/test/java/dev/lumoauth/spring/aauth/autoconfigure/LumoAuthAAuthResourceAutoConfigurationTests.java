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

package dev.lumoauth.spring.aauth.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.data.redis.core.StringRedisTemplate;

import dev.lumoauth.spring.aauth.resource.AAuthResource;
import dev.lumoauth.spring.aauth.resource.InMemoryNonceStore;
import dev.lumoauth.spring.aauth.signature.NonceStore;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LumoAuthAAuthResourceAutoConfiguration}.
 */
class LumoAuthAAuthResourceAutoConfigurationTests {

	private static final String PREFIX = "lumoauth.aauth.resource.";

	private final WebApplicationContextRunner unconfigured = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, LumoAuthAutoConfiguration.class,
				LumoAuthAAuthResourceAutoConfiguration.class));

	private final WebApplicationContextRunner runner = this.unconfigured.withPropertyValues(
			PREFIX + "resource=https://api.example", PREFIX + "issuer=https://lumo.example/orgs/acme/api/v1");

	@Test
	void isOffWhereNothingSaysWhoTheServiceIs() {
		this.unconfigured.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(AAuthResource.class)
			.doesNotHaveBean(NonceStore.class));
	}

	@Test
	void isOnWithoutAnIdentityOfTheService() {
		this.runner.run((context) -> {
			// An application may publish what it wants at these paths.
			assertThat(context).hasSingleBean(AAuthResource.class)
				.hasSingleBean(InMemoryNonceStore.class)
				.doesNotHaveBean(PublishedDocuments.OfService.class);
			AAuthResource resource = context.getBean(AAuthResource.class);
			assertThat(resource.identifier()).isEqualTo("https://api.example");
			assertThat(resource.issuer()).isEqualTo("https://lumo.example/orgs/acme/api/v1");
			assertThat(resource.resourceTokens()).isNull();
			assertThat(resource.maxBodySize()).isEqualTo(1024 * 1024);
		});
	}

	@ParameterizedTest
	@CsvSource({ "tenant,https://lumo.example/t/acme/api/v1", "org-id,https://lumo.example/orgs/acme/api/v1" })
	void takesTheIssuerOfLumoAuth(String layout, String issuer) {
		this.unconfigured
			.withPropertyValues(PREFIX + "resource=https://api.example", "lumoauth.url=https://lumo.example",
					"lumoauth." + layout + "=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cret-value")
			.run((context) -> assertThat(context.getBean(AAuthResource.class).issuer()).isEqualTo(issuer));
	}

	@ParameterizedTest
	@CsvSource({ "resource,http://api.example", "resource,https://api.example/", "resource,https://API.example",
			"resource,https://api.example?x", "resource,https://api.example#x", "resource,https://u@api.example",
			"resource,api.example", "issuer,http://lumo.example", "issuer,https://lumo.example/",
			"authorities,https://api.example", "authorities,api.example/x", "authorities,u@api.example", "scopes,a b",
			"key-file,not-there.pem" })
	void saysWhichPropertyIsWrong(String name, String value) {
		expect(this.runner.withPropertyValues(PREFIX + name + "=" + value), PREFIX + name);
	}

	@Test
	void saysThatTheIssuerIsMissing() {
		expect(this.unconfigured.withPropertyValues(PREFIX + "resource=https://api.example"),
				PREFIX + "issuer is not set");
	}

	@Test
	void saysAllThatIsWrongAtOnce() {
		expect(this.runner.withPropertyValues(PREFIX + "scopes=a b", PREFIX + "key-file=not-there.pem"),
				PREFIX + "scopes", PREFIX + "key-file");
	}

	@Test
	void readsTheKeyAndPublishes(@TempDir Path directory) throws Exception {
		Path file = key(directory, "Ed25519");
		this.runner.withPropertyValues(PREFIX + "key-file=" + file).run((context) -> {
			assertThat(context.getBean(PublishedDocuments.OfService.class).keys().getStatusCode().value())
				.isEqualTo(200);
			AAuthResource resource = context.getBean(AAuthResource.class);
			assertThat(resource.resourceTokens()).isNotNull();
			assertThat(context.getBean(SslBundles.class)).isNotNull();
		});
	}

	@Test
	void aFileNameIsNoExpression(@TempDir Path directory) throws Exception {
		Path file = Files.move(key(directory, "Ed25519"), directory.resolve("' + T(no.Such) + '.pem"));
		this.runner.withPropertyValues(PREFIX + "key-file=" + file)
			.run((context) -> assertThat(context.getBean(AAuthResource.class).resourceTokens()).isNotNull());
		this.runner.withPropertyValues(PREFIX + "key-file= ").run((context) -> {
			assertThat(context.getBean(AAuthResource.class).resourceTokens()).isNull();
			PublishedDocuments.OfService documents = context.getBean(PublishedDocuments.OfService.class);
			assertThat(documents.metadata().getStatusCode().value()).isEqualTo(404);
			assertThat(documents.keys().getStatusCode().value()).isEqualTo(404);
		});
	}

	@Test
	void refusesAKeyOfAnotherKind(@TempDir Path directory) throws Exception {
		Path file = key(directory, "EC");
		expect(this.runner.withPropertyValues(PREFIX + "key-file=" + file), PREFIX + "key-file", "Ed25519");
	}

	@Test
	void saysThatThereIsNoRedis() {
		WebApplicationContextRunner redis = this.runner.withPropertyValues(PREFIX + "nonce-store=redis");
		expect(redis, PREFIX + "nonce-store=redis", "StringRedisTemplate", "spring-boot-starter-data-redis");
		expect(redis.withClassLoader(new FilteredClassLoader(StringRedisTemplate.class)), PREFIX + "nonce-store=redis",
				"spring-boot-starter-data-redis");
	}

	@Test
	void takesAStoreOfTheApplicationsOwn() {
		this.runner.withBean(NonceStore.class, () -> (id, until) -> true)
			.run((context) -> assertThat(context).hasSingleBean(NonceStore.class)
				.doesNotHaveBean(InMemoryNonceStore.class));
	}

	private static Path key(Path directory, String algorithm) throws Exception {
		byte[] key = KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate().getEncoded();
		return Files.writeString(directory.resolve(algorithm + ".pem"), "-----BEGIN PRIVATE KEY-----\n"
				+ Base64.getMimeEncoder().encodeToString(key) + "\n-----END PRIVATE KEY-----\n");
	}

	private static void expect(WebApplicationContextRunner runner, String... words) {
		runner.run((context) -> {
			assertThat(context).hasFailed();
			assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure())).isInstanceOfSatisfying(
					InvalidLumoAuthConfigurationException.class,
					(ex) -> assertThat(ex.problems().toString()).contains(words));
		});
	}

}
