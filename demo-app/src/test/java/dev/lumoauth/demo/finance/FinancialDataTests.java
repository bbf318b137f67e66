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

package dev.lumoauth.demo.finance;

import java.io.IOException;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link FinancialData}.
 */
class FinancialDataTests {

	private static final Instant NOW = Instant.now();

	private final FinancialData data = newData();

	@Test
	void answersWithTheFigure() {
		assertThat(this.data.query("EBITDA", token(NOW.plusSeconds(60))))
			.isEqualTo("Q3 EBITDA: $1.2M (Q2: $1.0M), a margin of 24 percent");
		assertThat(this.data.query(" Free Cash Flow ", token(NOW.plusSeconds(60))))
			.startsWith("Q3 Free Cash Flow: $0.7M");
	}

	@Test
	void saysWhichMetricsThereAre() {
		assertThat(this.data.query("Luck", token(NOW.plusSeconds(60)))).startsWith("There is no metric 'Luck'.")
			.contains("ebitda, free-cash-flow, gross-margin");
	}

	@Test
	void refusesATokenThatHasExpired() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.data.query("EBITDA", token(NOW.minusSeconds(1))))
			.withMessage("The token has expired");
	}

	private static OAuth2AccessToken token(Instant expiresAt) {
		return new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, "t", expiresAt.minusSeconds(300), expiresAt);
	}

	private static FinancialData newData() {
		try {
			return new FinancialData();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
