"""Small words, endings and letters that tell languages apart in texts too short for statistics."""

# Words that stand in nearly every sentence. One that two languages share is listed under both and weighs less.
WORDS = {
    "en": """
        the of and to in is was for that it with as on at by from are be this have has had not but his her he she
        they we you i an or which were their its been would will who what when all there if so no can more about
        said one out up after than into my your me do did just like how really very got get don't it's i'm that's
        over could also our them some other new two first only now then because any these those where while should
        before through being between against during off down too make made most people time year years even much
        still back way
    """,
    "es": """
        el la los las de del y en que es un una por con para se no lo su al como más pero sus le ya o este sí porque
        esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante todos uno les ni
        contra otros ese eso ante ellos e esto mí antes algunos qué unos yo otro otras otra él tanto esa estos mucho
        fue han ha había era ser son está están tiene puede dijo años año hace mi tu te pues así solo después bien
        aquí ahora aunque parte ellas ella según mientras sido sea muchos mejor dos gran cada vez hacer fueron
        además
    """,
    "pt": """
        o a os as de do da dos das e em no na nos nas que é um uma por com para se não mais como mas foi ao ele ela
        sua seu seus suas ou ser quando muito há já está eu também só pelo pela até isso entre era depois sem mesmo
        aos ter quem me esse eles estão você tinha foram essa num nem às minha têm numa pelos elas havia seja qual
        será nós tenho lhe deles essas esses pelas este fosse dele tu te vocês lhes meu meus minhas teu tua nosso
        nossa dela delas esta estes estas aquele aquela isto aquilo estou estava disse são pode anos ano fazer ainda
        sobre aqui agora bem então porque pra pro tão lá vai vou gente tudo onde desde contra durante segundo
        enquanto cada duas dois primeira primeiro parte outros outras outro outra após à à uns umas deve tem teve
        sido sendo
    """,
    "fr": """
        le la les de des du et en un une est que qui dans pour pas sur au aux ce se il elle ne par avec plus son sa
        ses ou mais comme je nous vous on y à été sont cette ces lui leur leurs fait tout bien être avoir même aussi
        dont où si deux ans après très sans entre moins avant depuis encore car était peut ont ils elles quand mon
        ma mes ton ta tes notre votre moi toi c'est j'ai d'un d'une qu'il n'est l' d' qu' donc alors chez trop ça
        quoi rien tous toute toutes avait étaient avaient selon pendant contre sous ainsi faire dit autres autre
        années premier
    """,
    "de": """
        der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er
        hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur
        bis mehr durch man sein wurde sei ich du wir ihr mich mir dir uns ja nein doch mal schon wenn dann da hier
        dieser diese dieses kann habe hatte wurden worden unter zwischen gegen während jahre jahren sagte seine ihre
        seiner ihrer ihren seinen keine kein sehr was wer wo alle anderen können müssen soll will würde hätte waren
        vom beim
    """,
    "it": """
        il lo la i gli le di del della dei degli delle e in che è un una per con non si da dal dalla nel nella nei
        nelle al alla ai alle sul sulla come più ma anche o se ha sono suo sua suoi sue io mi ti ci ne questo questa
        quello quella era stato stata essere hanno aveva dopo prima quando molto tutto tutti solo già perché cosa
        chi dove fra tra fino due anni anno così ancora poi bene mio mia tuo loro lui lei noi voi quindi ogni senza
        contro durante mentre secondo l' un' dell' all' nell' dall' c'è po' fatto detto può sia degli nello cui
        altri altro stati state abbiamo sarà avrebbe questi queste quelli dagli dalle sulle negli agli quale alcuni
    """,
    "id": """
        yang dan di ke dari untuk dengan ini itu pada adalah tidak dalam akan juga saya aku kamu kita kami mereka
        dia ada bisa sudah oleh atau karena lebih telah seperti tapi lagi saat hanya banget sama udah gak nggak aja
        kalau jadi bagi para tersebut secara anda lalu sampai masih belum pun satu dua tahun orang hari buat kayak
        punya
    """,
    "tr": """
        ve bir bu da de için ile çok ne o gibi daha ama en kadar olarak olan sonra var ben sen biz siz onlar her ya
        değil mi mı mu mü ki şey iyi kendi yok diye oldu olduğu bana sana beni seni onu bunu şu hiç nasıl neden
    """,
    "vi": """
        và của là có cho không được một những các trong với để người này đã đến từ khi thì mà cũng rất như nhiều về
        ra vào ở tôi bạn anh em mình ơi nhé đi làm lại còn nào gì quá lắm hay nên vì nếu sẽ đang hơn
    """,
    "nl": """
        de het een en van in is dat op te voor met zijn die niet aan er om ook als maar dan bij nog uit naar ik je
        we ze hij door over wat heeft worden wordt werd geen kan meer zo tot deze dit hebben had was wel moet zou
        onder mijn jij jullie ons onze hun haar veel heel gewoon omdat waar hoe toch tegen tussen jaar zich
    """,
    "pl": """
        i w na z do się nie to że jest o jak a po co dla od za przez ale są czy tak już tylko być jego jej ich był
        była było które który która tym tego tej ma może bardzo mnie mi ja ty my wy oni też jeszcze gdy kiedy więc
        bo ze pod przed przy nad oraz roku lat
    """,
}

# Letters and groups of letters that few others write; _ is the edge of a word.
LETTERS = {
    "pt": """
        ã õ ção ções nh lh ão ões inho ência ância ou_ ém_ êm agem_ ç â ê ô am_ em_ _um _uma im_ om_ à_ dade idade
        éri ória ário eira eiro _pel _nest _dest oi_ eu_ iu_ aram_ eram_ iram_ asse_ esse_ esso _ss ss ível ável á_
        é_ í ú ais_ eis_ óis_ ães xe ix ua_ uas_ ante_ mento _ex _des ido_ ado_ ada_ ros_ gr pr _são _não
    """,
    "es": """
        ñ ¿ ¡ ción_ ciones_ ll ué ía ió_ ió dad_ ienda uelo ez_ ie ue ó_ ó í ú á é _el_ _los_ _y_ ión cia_ aron_
        ieron_ iendo ble_ _des ado_ ada_ ido_ aje_ mente_ dos_ _h os_ as_ _con _en_ _est uev uer ier ien ieg
    """,
    "it": """
        zione_ zioni_ gli gn cch zz tt ità_ ò_ ì_ ù_ è ggi cci chi che ssi tto_ tta_ llo lla_ gg bb pp nn i_ o_ re_
        are_ ere_ ire_ ndo_ ato_ ata_ ati_ _di_ dell nell ll ss sci ghe ghi io_ _il uo
    """,
    "fr": """
        œ ê è â î û ç eau eux_ oi ai ou oû aux_ tion_ ée_ ées_ ement_ qu ais_ ait_ ient_ é_ és_ er_ eur euse que_
        _d_ _l_ nn mm ss ll eill _j_ _au tre_ elle_ ette_ ion_ _l' _d' _s' _n' qu' _c' 'a 'e ons_ ez_ ux_ _é
    """,
    "de": """
        ß ä ö ü sch ung_ cht ich ei ck tz ie keit_ lich heit_ en_ er_ _ge _ver _be _st eu au ss st_ nd ß ern_ eln_
        tt mm nn ff chs äu _sp zu _zu z cke pf ht
    """,
    "en": """
        th wh gh tion_ ing_ ee oo ck ow sh ould ness_ ly_ 's_ ed_ _th y_ ea ou w k ght ay_ rs_ nd_ er_ ers_ _wh ng_
        ts_ _un ew ia ve_ ty_ ry_ ll_ ss_ st_ ld_ nt_ ds_ ks_ ff_
    """,
    "nl": "ij aa oo ee uu sch cht oe ui eij _ge en_ dt_ ng ze_ heid_ lijk_ isch_ ie_ tje_ v",
    "pl": "ł ą ę ż ź ś ć ń sz cz rz dz ów_ ie owa nie ski_ ego_ ych_ wi",
    "tr": "ı ş ğ ü ö lar ler yor ın_ in_ im_ dı_ di_",
    "vi": "ư ơ đ ă ế ề ệ ộ ồ ố ạ ả ấ ậ ầ ị ọ ụ ữ ờ ợ ủ ng_ nh_",
    "id": "ng ny kan_ nya_ _meng _mem _ber _ter _pe _ke _di an_ ak_ ah_ ik_ uk_ ua aa",
}

# What a language never writes in words of its own.
NEVER = {
    "pt": "ñ ¿ ¡ ll_ ción ción_ tt zz k w y_ _y_ ß ö ä ò ì è ù œ eux ió ión nn gg",
    "es": "ã õ ç à â ê ô ss lh nh_ ò ì è ù œ ß ö ä k w tt zz gg ff pp ão õe _em_ _um_ m_ tion",
    "it": "ã õ ç ñ â ê ô k w y j á í ó ú ß ö ä ü x ê lh nh ll_ ción ão",
    "fr": "ã õ ñ á í ó ú ò ì ß ä ö ção ción ¿ ¡ zz k w a_ o_ i_",
    "de": "ã õ ñ ç á í ó ú ò ì è à â ê ô œ ão _y_ ¿ ¡",
    "en": "ã õ ñ ç á é í ó ú ò ì è à â ê ô œ ß ä ö ü ł ą ę ı ş ğ ¿ ¡",
    "nl": "ã õ ñ ç ß ä ł á í ó ú à â ê ô ão",
    "id": "ã õ ñ ç á é í ó ú à è ê â ß ä ö ü ł x q",
    "pl": "ã õ ñ ç á é í ú à è ê â ß ä ö ü v q x",
    "tr": "ã õ ñ á é í ó ú à è ê ß ä ł w q x",
    "vi": "ñ ç ß ä ö ü ł ı ş ğ w z j f",
}

# Characters that only one side of the shared writing uses in daily texts, or far more than the other.
JAPANESE_ONLY = frozenset(
    "働込畑峠辻匂枠円売読続気図沢県実験険剣歳駅広渋桜竜団囲戦単厳齢顔験駆駐軽転辺遅覚観訳証譲釈闘"
)
CHINESE_ONLY = frozenset(
    "们这说对时个为么没还过给让见边从东车马门问间长关开进远运动请谁谢话买卖红绿钱银饭馆的了吃你她很什哪吗呢吧啊绝"
    "們這說對麼沒還給讓邊從關賣嗎"
)
