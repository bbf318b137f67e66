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

package dev.lumoauth.spring.workload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.spring.LumoAuthUnavailableException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PlatformTokens}: what comes first, and what is refused.
 */
class PlatformTokensTests {

	@TempDir
	private Path folder;

	@Test
	void readsTheFilesThatTheWebhooksOfAzureAndAwsName() throws IOException {
		String file = write("token", TestTokens.with("sts.amazonaws.com"));
		assertThat(PlatformTokens.aws(TestTokens.settings(null, null, "AWS_WEB_IDENTITY_TOKEN_FILE", file)).token())
			.isEqualTo(TestTokens.with("sts.amazonaws.com"));
		assertThat(PlatformTokens.azure(TestTokens.settings(null, null, "AZURE_FEDERATED_TOKEN_FILE", file)).token())
			.isEqualTo(TestTokens.with("sts.amazonaws.com"));
	}

	@Test
	void prefersTheFileThatIsConfigured() throws IOException {
		String file = write("mine", TestTokens.with("lumoauth"));
		assertThat(
				PlatformTokens.aws(TestTokens.settings(file, null, "AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere")).token())
			.isEqualTo(TestTokens.with("lumoauth"));
		assertThat(PlatformTokens.kubernetes(TestTokens.settings(file, "lumoauth")).token())
			.isEqualTo(TestTokens.with("lumoauth"));
	}

	@Test
	void refusesATokenForAnotherAudience() throws IOException {
		String file = write("token", TestTokens.with("sts.amazonaws.com"));
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(PlatformTokens.spiffe(TestTokens.settings(file, "https://app.lumoauth.dev"))::token)
			.withMessageContaining("aud='sts.amazonaws.com'")
			.withMessageContaining("lumoauth.workload-identity.audience is 'https://app.lumoauth.dev'");
	}

	/**
	 * As a projected volume without an {@code audience} has it.
	 */
	@ParameterizedTest
	@CsvSource({ "https://issuer,https://kubernetes.default.svc", "https://c.example/v1/c1,https://c.example/v1/c1",
			"https://oidc.example/c1,'https://c1.api.example\",\"c1.api.example'" })
	void refusesATokenForTheApiServerWhereverItIs(String issuer, String audience) throws IOException {
		String token = TestTokens
			.of("{\"iss\":\"" + issuer + "\",\"sub\":\"system:serviceaccount:shop:agent\",\"aud\":[\"" + audience
					+ "\"],\"kubernetes.io\":{\"namespace\":\"shop\"}}");
		String file = write("token", token);
		for (String configured : new String[] { null, audience }) {
			assertThatExceptionOfType(LumoAuthUnavailableException.class)
				.isThrownBy(PlatformTokens.kubernetes(TestTokens.settings(file, configured))::token)
				.withMessageContaining("the cluster's API server")
				.withMessageContaining("'audience' of the projected volume")
				.withMessageContaining("lumoauth.workload-identity.audience");
		}
	}

	@Test
	void sendsAServiceAccountsTokenForAnotherAudience() throws IOException {
		String token = TestTokens.of("{\"iss\":\"https://kubernetes.default.svc\",\"sub\":\"agent\","
				+ "\"aud\":[\"lumoauth\"],\"kubernetes.io\":{\"namespace\":\"shop\"}}");
		String file = write("token", token);
		assertThat(PlatformTokens.kubernetes(TestTokens.settings(file, null)).token()).isEqualTo(token);
	}

	@Test
	void saysWhatIsMissing() {
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(PlatformTokens.kubernetes(TestTokens.settings(null, null))::token)
			.withMessageContaining("/var/run/secrets/lumoauth/token")
			.withMessageContaining("docs/kubernetes.md");
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(PlatformTokens.oidc(TestTokens.settings(null, null))::token)
			.withMessageContaining("lumoauth.workload-identity.token-file");
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(PlatformTokens.spiffe(TestTokens.settings(null, null))::token)
			.withMessageContaining("jwt_svids");
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(new TokenVariable("CI_TOKEN", (name) -> null, "lumoauth.workload-identity")::token)
			.withMessageContaining("'CI_TOKEN'");
	}

	@Test
	void readsAVariableForEachRequest() {
		assertThat(new TokenVariable("CI_TOKEN", TestTokens::with, "lumoauth.workload-identity").token())
			.isEqualTo(TestTokens.with("CI_TOKEN"));
	}

	@Test
	void showsThreeClaimsAndNothingElse() {
		String token = TestTokens
			.of("{\"iss\":\"https://i\\r\\nX\",\"sub\":\"s\",\"aud\":[\"a\",\"b\"],\"email\":\"e@example.com\"}");
		assertThat(CompactJwt.claims(token)).isEqualTo("iss='https://i\\u000d\\u000aX', sub='s', aud=['a', 'b']");
		assertThat(CompactJwt.claims(TestTokens.of("{\"sub\":{}}"))).isEqualTo("iss=(none), sub=(no text), aud=(none)");
		assertThat(CompactJwt.claims(TestTokens.of("{\"sub\":\"" + "x".repeat(9000) + "\"}"))).hasSizeLessThan(300);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "a.b.c", "..", "eyJ.eyJ.eyJ", "a.W10.c", "a.bnVsbA.c", "a.e30K=.c" })
	void showsGarbageAsSuch(String garbage) {
		assertThat(CompactJwt.claims(garbage)).isEqualTo("no readable claims");
	}

	private String write(String name, String text) throws IOException {
		return Files.writeString(this.folder.resolve(name), text).toString();
	}

}
