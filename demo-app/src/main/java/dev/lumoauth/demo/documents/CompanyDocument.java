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

package dev.lumoauth.demo.documents;

/**
 * A document of the company.
 *
 * @param title its first line
 * @param text the rest of the document
 */
record CompanyDocument(String title, String text) {

	static CompanyDocument parse(String content) {
		String[] parts = content.strip().split("\\R", 2);
		if (parts.length < 2 || !parts[0].startsWith("# ")) {
			throw new IllegalArgumentException("A document starts with '# ' and its title, and goes on");
		}
		return new CompanyDocument(parts[0].substring(2).strip(), parts[1].strip().replaceAll("\\s+", " "));
	}

}
