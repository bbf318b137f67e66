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

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourcePatternResolver;

/**
 * Reads the documents that the demo ships.
 */
@Configuration(proxyBeanMethods = false)
class DocumentsConfiguration {

	@Bean
	CompanyDocuments companyDocuments(ResourcePatternResolver resources) throws IOException {
		List<CompanyDocument> documents = new ArrayList<>();
		for (Resource resource : resources.getResources("classpath:documents/*.md")) {
			documents.add(CompanyDocument.parse(resource.getContentAsString(StandardCharsets.UTF_8)));
		}
		return new CompanyDocuments(documents);
	}

}
