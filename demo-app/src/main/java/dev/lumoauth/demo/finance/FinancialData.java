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
import java.io.InputStream;
import java.time.Instant;
import java.util.Locale;
import java.util.Properties;

import org.springframework.core.io.ClassPathResource;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.stereotype.Component;

/**
 * Stands where the MCP server {@code urn:mcp:financial-data} will be: a small data set
 * that the demo ships, open to those who come with a token. It cannot verify the token as
 * a server would, and does not pretend to: it only refuses one that has expired.
 */
@Component
public class FinancialData {

	private final Properties figures = new Properties();

	FinancialData() throws IOException {
		try (InputStream stream = new ClassPathResource("financial-data.properties").getInputStream()) {
			this.figures.load(stream);
		}
	}

	/**
	 * Return a figure of the third quarter.
	 * @param metric the name of the metric, such as {@code EBITDA}
	 * @param token a token exchanged for this data's audience
	 * @return the figure in one sentence, or the names of the metrics there are
	 */
	public String query(String metric, OAuth2AccessToken token) {
		Instant expiresAt = token.getExpiresAt();
		if (expiresAt != null && expiresAt.isBefore(Instant.now())) {
			throw new IllegalArgumentException("The token has expired");
		}
		String key = metric.strip().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
		String figure = this.figures.getProperty(key);
		if (figure == null) {
			return "There is no metric '%s'. Known are: %s".formatted(metric,
					String.join(", ", this.figures.stringPropertyNames().stream().sorted().toList()));
		}
		return "Q3 " + metric.strip() + ": " + figure;
	}

}
