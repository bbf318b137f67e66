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

package dev.lumoauth.demo.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Platform}.
 */
class PlatformTests {

	private static final Instant NOW = Instant.parse("2026-06-01T10:00:00Z");

	@Test
	void writesATokenThatSaysWhoTheAgentIsForTenMinutes() throws Exception {
		try (Platform platform = Platform.start(Clock.fixed(NOW, ZoneOffset.UTC))) {
			JWTClaimsSet claims = SignedJWT.parse(Files.readString(platform.tokenFile())).getJWTClaimsSet();
			assertThat(claims.getSubject()).isEqualTo("system:serviceaccount:default:research-analyst");
			assertThat(claims.getAudience()).containsExactly("https://app.lumoauth.dev");
			assertThat(claims.getExpirationTime()).isEqualTo(NOW.plusSeconds(600));
		}
	}

	@Test
	void writesAnotherTokenInThePlaceOfTheOneThatEnds() throws Exception {
		try (Platform platform = Platform.start(Clock.fixed(NOW, ZoneOffset.UTC))) {
			String first = Files.readString(platform.tokenFile());
			platform.rotate();
			assertThat(platform.tokenFile()).content().isNotEqualTo(first);
			try (var files = Files.list(platform.tokenFile().getParent())) {
				assertThat(files).containsExactlyInAnyOrder(platform.tokenFile(), platform.devServerFile());
			}
		}
	}

	@Test
	void tellsTheDevServerItsPublicKeyOnly() {
		try (Platform platform = Platform.start(Clock.fixed(NOW, ZoneOffset.UTC))) {
			assertThat(platform.devServerFile()).content()
				.contains("\"kty\":\"EC\"")
				.doesNotContain("\"d\":", "client-secret", "@identity@");
		}
	}

	@Test
	void removesItsFilesWhenItIsClosed() throws IOException {
		Path file;
		try (Platform platform = Platform.start(Clock.fixed(NOW, ZoneOffset.UTC))) {
			file = platform.tokenFile();
		}
		assertThat(file.getParent()).doesNotExist();
	}

}
