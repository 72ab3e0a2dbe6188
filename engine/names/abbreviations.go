package names

import "strings"

// abbreviations are what columns of old databases call things. They are tried only
// where they make sense of a name: "sec" is also a second, and "pt" a point.
var abbreviations = func() map[string]string {
	m := map[string]string{}
	for _, pair := range strings.Fields(`
		acct=account acc=account addr=address adr=address adrs=address ans=answer bal=balance bnk=bank brth=birth brthdt=birthdate bus=business
		cel=cell chld=child clm=claim cntct=contact cntc=contact crd=card cred=credit cty=city ctzn=citizen curr=current cust=customer
		dlv=delivery delv=delivery dr=doctor drv=driver drvr=driver eml=email emer=emergency emerg=emergency emrg=emergency
		emp=employee empl=employee ethn=ethnicity expr=expiry fam=family fml=family frst=first fst=first fthr=father gend=gender gndr=gender grd=guardian guard=guardian
		hlth=health hm=home hosp=hospital hse=house idnt=identity ins=insurance lic=license licn=license lst=last mar=marital
		mbr=member mdn=maiden mgr=manager mid=middle mil=military mob=mobile mrtl=marital mthr=mother nat=national natl=national natlty=nationality
		nbr=number nm=name nme=name occ=occupation occup=occupation org=organization orig=original pat=patient
		perm=permanent pers=personal phn=phone ph=phone phys=physician pln=plan plcy=policy pol=policy prev=previous prim=primary prnt=parent prov=provider psprt=passport
		psn=person pswd=password pt=patient qstn=question ques=question rcpt=recipient recip=recipient relg=religion
		rsn=reason sal=salary sec=security shp=shipping sig=signature sgnt=signature soc=social spse=spouse stat=status stu=student
		stud=student sts=status sub=subscriber subs=subscriber sup=supervisor surnm=surname tchr=teacher temp=temporary tel=telephone trmt=treatment usr=user
		vacc=vaccination veh=vehicle vndr=vendor wrk=work xref=reference zp=zip`) {
		short, long, _ := strings.Cut(pair, "=")
		m[short] = long
	}
	return m
}()

// expand writes abbreviations out; ok is false when there are none.
func expand(raw []string) (words []string, ok bool) {
	for i, w := range raw {
		if long := abbreviations[w]; long != "" && long != w {
			if !ok {
				words, ok = append([]string(nil), raw...), true
			}
			words[i] = long
		}
	}
	return words, ok
}
