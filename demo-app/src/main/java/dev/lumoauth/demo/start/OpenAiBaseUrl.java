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

import java.net.URI;
import java.util.regex.Pattern;

/**
 * The base URL of an API like OpenAI's. Spring AI expects the API's version in the URL.
 * People set the URL with and without it.
 */
final class OpenAiBaseUrl {

	private static final Pattern VERSION = Pattern.compile("/v\\d\\w*(?:/|$)");

	private OpenAiBaseUrl() {
	}

	/**
	 * Return the URL with the version of the API.
	 * @param url the URL as given
	 * @return the URL as it is if its path has a version, otherwise with {@code /v1}
	 */
	static String withVersion(String url) {
		URI uri;
		try {
			uri = URI.create(url.strip());
		}
		catch (IllegalArgumentException ex) {
			throw malformed();
		}
		if (uri.getHost() == null || uri.getScheme() == null || !uri.getScheme().startsWith("http")) {
			throw malformed();
		}
		String text = uri.toString().replaceAll("/+$", "");
		return VERSION.matcher(uri.getPath()).find() ? text : text + "/v1";
	}

	private static DemoStartException malformed() {
		return new DemoStartException(
				"OPENAI_BASE_URL is not the address of an API. Use an address such as https://api.openai.com/v1");
	}

}
