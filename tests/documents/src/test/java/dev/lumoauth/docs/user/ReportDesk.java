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

package dev.lumoauth.docs.user;

import dev.lumoauth.spring.ActorChain;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.stereotype.Component;

/**
 * A tool that lets another agent act.
 */
@Component
class ReportDesk {

	private static final Log log = LogFactory.getLog(ReportDesk.class);

	private final LumoAuthAgent analyst;

	private final LumoAuthAgent writer;

	private final Figures figures;

	ReportDesk(LumoAuthAgent analyst, @Qualifier("report-writer") LumoAuthAgent writer, Figures figures) {
		this.analyst = analyst;
		this.writer = writer;
		this.figures = figures;
	}

	@Tool(description = "Have a report written about one of the user's figures.")
	@OnBehalfOfUser
	public String report(String metric) {
		OAuth2AccessToken token = this.analyst.delegateTo(this.writer).mcpToken("urn:mcp:financial-data");
		// A report for usr_alice <- agt_report-writer <?> agt_research-analyst
		log.info("A report for " + ActorChain.of(token));
		return this.figures.query(metric, token);
	}

}
